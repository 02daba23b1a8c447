import a b
import c
