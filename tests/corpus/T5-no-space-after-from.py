from.x import y
from..x import z
