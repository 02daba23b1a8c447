x = f"{a:{b}.{c}}"; import d
y = f"{(lambda: 1)():>10}"; import e
