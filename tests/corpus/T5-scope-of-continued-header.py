def f(
    a,
b):
    import c
import d
