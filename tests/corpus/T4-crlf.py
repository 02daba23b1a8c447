import a
from b import (
    c,
    d,
)
x = 1; import e
