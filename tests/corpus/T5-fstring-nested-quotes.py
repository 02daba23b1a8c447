x = f"{a['b']}"; import c
y = f'{d["#"]}'; import e
