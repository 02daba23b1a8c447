from __future__.x import y
import a
