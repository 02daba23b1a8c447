x = f"{f'{a}'}"; import b
