"""doc"""; import a
