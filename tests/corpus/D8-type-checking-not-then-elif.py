from typing import TYPE_CHECKING
if not TYPE_CHECKING:
    import a
elif x:
    import b
else:
    import c
import d
