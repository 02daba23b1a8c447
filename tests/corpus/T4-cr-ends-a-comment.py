# cfrom os import path
