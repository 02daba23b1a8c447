import typing
typing = x
if typing.TYPE_CHECKING:
    import a
