from typing import TYPE_CHECKING
if x:
    import a
elif TYPE_CHECKING:
    import b
else:
    import c
