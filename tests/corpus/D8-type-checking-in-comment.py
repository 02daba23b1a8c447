from typing import TYPE_CHECKING
# TYPE_CHECKING = True, said nobody
"""TYPE_CHECKING = True"""
if TYPE_CHECKING:
    import a
