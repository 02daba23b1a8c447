from typing import TYPE_CHECKING
"""
# """; TYPE_CHECKING = 1
if TYPE_CHECKING:
    import a
