GROUP_LIMIT = 1


class Group:
    pass


class GroupStatus:
    pass
