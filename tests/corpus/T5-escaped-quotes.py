x = "\""; import a
y = '\''; import b
z = "\\"; import c
