if (y := x): import a
print(z := 1); import b
