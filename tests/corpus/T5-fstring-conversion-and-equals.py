x = f"{a!r} {b=} {c != d}"; import e
