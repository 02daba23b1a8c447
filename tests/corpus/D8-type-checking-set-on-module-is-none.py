import typing
typing.TYPE_CHECKING = True
if typing.TYPE_CHECKING:
    import a
