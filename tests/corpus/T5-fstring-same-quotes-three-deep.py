x = f"{f"{f"{1}"}"}"; import a
