from typing import TYPE_CHECKING
if not TYPE_CHECKING:
    import a
else:
    import b
