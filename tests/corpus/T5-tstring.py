x = t"{a}"; import b
y = rt'{c["d"]}'; import e
