from m import ( # one
    a, # import x
    # from y import z
    b # )
)
