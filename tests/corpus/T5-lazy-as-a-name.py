lazy = 1
lazy.x = 2
lazy(1); import a
