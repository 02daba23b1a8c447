x = 1 # coding: utf-7
import a
