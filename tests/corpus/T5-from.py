from a import b
from a.b import c, d as e
