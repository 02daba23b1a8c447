"""a "" b ' ''' import x
"""
import a
'''""" "
'''
import b
