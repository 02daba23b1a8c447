from typing import TYPE_CHECKING
if TYPE_CHECKING:
    import a
else:
    import b
