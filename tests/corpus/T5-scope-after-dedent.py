def f():
    x = 1
import a
class A:
    pass
import b
