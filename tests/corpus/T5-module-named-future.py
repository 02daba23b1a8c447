from .__future__ import a
import __future__
from __future__x import b
