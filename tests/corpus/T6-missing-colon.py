import a
if x
    import b
import c
