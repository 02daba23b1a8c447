# coding: windows-1252
x = "“quoted”"
import a
