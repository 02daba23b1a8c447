# coding: U8
x = "é"
import a
