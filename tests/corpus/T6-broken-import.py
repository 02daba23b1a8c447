import
from a import
from import b
import c
