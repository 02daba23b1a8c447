"""doc"""
# coding: utf-7
import b
