f = lambda: 0
if (lambda: 1)(): import a
