match = 1
case = type = 2
print(match); import a
from match import case, type, _
import print
