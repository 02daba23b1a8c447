from typing import TYPE_CHECKING
if TYPE_CHECKING:
    if x:
        import a
    def f():
        import b
    class A:
        import c
import d
