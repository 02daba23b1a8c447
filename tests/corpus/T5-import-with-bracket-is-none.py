import(b)
import a
