from typing import TYPE_CHECKING
if TYPE_CHECKING or x:
    import a
