import a
x = "abc
import b
