x = f"{a}"; import b
y = f'{a!r:>{w}}'; import c
