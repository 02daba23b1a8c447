from typing import TYPE_CHECKING
if TYPE_CHECKING: import a; import b
import c
