def f():
    yield \
from x
import a
