from x import TYPE_CHECKING
if TYPE_CHECKING:
    import a
