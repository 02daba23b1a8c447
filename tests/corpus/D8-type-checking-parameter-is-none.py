from typing import TYPE_CHECKING
def f(TYPE_CHECKING=1):
    if TYPE_CHECKING:
        import a
