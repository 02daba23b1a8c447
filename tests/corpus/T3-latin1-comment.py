# coding: iso-8859-1
# éè
import a # ç
