x = r"\"  "; import a
y = r"\\"; import b
