class Mocked:
    pass


class Looked:
    pass


class Hooked:
    pass


class Stored:
    pass
