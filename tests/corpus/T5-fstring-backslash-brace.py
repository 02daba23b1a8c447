x = rf"\{a}"; import b
