from typing_extensions import TYPE_CHECKING
if TYPE_CHECKING:
    import a
