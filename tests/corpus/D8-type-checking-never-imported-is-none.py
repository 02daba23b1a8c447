TYPE_CHECKING = False
if TYPE_CHECKING:
    import a
