# ÿþ
import a
x = "é"
import b
