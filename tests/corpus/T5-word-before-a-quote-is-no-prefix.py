def f():
    x = 1 if"{" else 2; import a
    return"{"
import b
