x = f"\N{LEFT CURLY BRACKET}"; import a
