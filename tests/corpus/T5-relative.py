from . import a
from .. import b
from .a import c
from ...a.b import d
