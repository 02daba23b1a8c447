import typing
if typing.TYPE_CHECKING:
    import a
