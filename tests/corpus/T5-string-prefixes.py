a = b"'"; b = u"'"; c = Rb"'\""; d = bR"'"; e = f"'"; import x
