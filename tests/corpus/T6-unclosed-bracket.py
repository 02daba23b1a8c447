import a
x = (1,
from b import c
import d
