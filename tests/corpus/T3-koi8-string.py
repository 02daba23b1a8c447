# coding: koi8-r
x = "модель"
import a
