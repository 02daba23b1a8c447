'''
import a
'''
import b
