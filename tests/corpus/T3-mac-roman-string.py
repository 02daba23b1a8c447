# coding: mac-roman
x = "é"
import a
