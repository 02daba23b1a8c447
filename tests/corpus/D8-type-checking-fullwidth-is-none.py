from typing import TYPE_CHECKING
ＴYPE_CHECKING = 1
if TYPE_CHECKING:
    import a
