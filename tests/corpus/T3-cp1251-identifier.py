# coding: cp1251
import модель
import b
