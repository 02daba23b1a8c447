from typing import TYPE_CHECKING
from x import *
if TYPE_CHECKING:
    import a
