#
#
# coding: utf-7
import a
