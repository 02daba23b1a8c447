# coding: ms_kanji
# 能
import a
