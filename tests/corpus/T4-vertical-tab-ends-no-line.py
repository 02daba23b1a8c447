# aimport b
import c
