from typing import TYPE_CHECKING
if (TYPE_CHECKING):
    import a
if not (
    TYPE_CHECKING # c
):
    import b
else:
    import c
