import a
# coding: utf-7
import b
