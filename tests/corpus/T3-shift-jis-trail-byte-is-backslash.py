# coding: shift_jis
x = "ソ"; import a
y = "b"
