# coding: big5
x = "功"; import a
