from mono import tsdb
from mono.db.base import Base
from .user import *
from .group import GROUP_LIMIT, Group, GroupStatus
from .order import Order as Purchase
from . import sub
try:
    from .fast import Cart
except ImportError:
    from .slow import Cart
from .patched import Hooked, Looked, Mocked, Stored

OWN = 1
from .shadowed import Shadow, shadowed
