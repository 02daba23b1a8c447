x = ("a" 'b'
"""c
""" "d")
import a
