if x:\
 import y
