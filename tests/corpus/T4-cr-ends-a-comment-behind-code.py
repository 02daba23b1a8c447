x = 1 # cfrom os import path
