def shadowed():
    pass


class Shadow:
    pass
