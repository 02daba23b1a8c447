# coding: shift_jis
x = "�"
import a
