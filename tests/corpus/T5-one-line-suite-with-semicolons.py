if x: y = 1; import a; z = 2; import b
