from . import (a, b as c,)
from m import (
    a,
    b,
)
