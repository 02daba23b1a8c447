from.import y
from...a import b
from ..import c
