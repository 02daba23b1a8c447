# coding: euc_jp
x = "あ"
import a
