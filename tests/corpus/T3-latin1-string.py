# -*- coding: latin-1 -*-
x = "café"
import a
