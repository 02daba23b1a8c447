x = f'{a['b']}'; import c
