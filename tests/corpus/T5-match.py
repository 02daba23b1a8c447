match x:
    case 1: import a
    case {"k": v}: from b import c
    case _:
        import d
