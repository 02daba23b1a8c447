if x:
    pass
    import a
