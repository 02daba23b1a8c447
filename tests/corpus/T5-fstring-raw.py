x = Rf"\d{a}\""; import b
