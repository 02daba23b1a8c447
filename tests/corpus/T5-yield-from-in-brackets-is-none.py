def f():
    y = (yield
from x)
import a
