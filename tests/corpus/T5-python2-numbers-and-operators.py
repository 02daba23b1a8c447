x = 0777L
if x <> 1: import a
y = ur"\"
import b
