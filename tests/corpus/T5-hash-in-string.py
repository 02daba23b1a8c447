x = "#"; import a
y = '# " '; import b
