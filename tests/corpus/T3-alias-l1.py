# coding: l1
x = "é"
import a
