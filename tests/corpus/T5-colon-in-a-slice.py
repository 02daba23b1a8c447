if x[1:2]: import a
