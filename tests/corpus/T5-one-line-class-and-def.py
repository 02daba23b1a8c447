class A: import a
def f(): import b
def g(x: int = {1: 2}) -> "y": from c import d
