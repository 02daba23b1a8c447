# coding: gb18030
x = ""; import a
