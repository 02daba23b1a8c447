from . . import z
from . .. .a import y
from .... import x
