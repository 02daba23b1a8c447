def f():
    if x:
        try:
            import a
        except E:
            import b
    else:
        import c
if y:
    import d
