from typing import TYPE_CHECKING
from x import y as TYPE_CHECKING
if TYPE_CHECKING:
    import a
