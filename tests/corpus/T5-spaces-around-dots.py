import a . b .c
from a . b import c
