# coding: gb18030
x = "昞"; import a
