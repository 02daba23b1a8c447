# encoding= 	latin-1
x = "é"
import a
