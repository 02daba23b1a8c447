from a import *
from a import*
from . import *
