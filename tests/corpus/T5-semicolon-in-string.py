x = "; import a"; import b
