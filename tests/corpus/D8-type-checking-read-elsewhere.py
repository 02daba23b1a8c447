from typing import TYPE_CHECKING
x = 1 if TYPE_CHECKING else 2
y = not TYPE_CHECKING
if TYPE_CHECKING:
    import a
