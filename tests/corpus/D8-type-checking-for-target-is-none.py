from typing import TYPE_CHECKING
for TYPE_CHECKING in [1]:
    if TYPE_CHECKING:
        import a
