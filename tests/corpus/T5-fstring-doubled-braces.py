x = f"{{"; import a
y = f"}}{{{b}}}"; import c
