# coding: gbk
x = "昞"; import a
