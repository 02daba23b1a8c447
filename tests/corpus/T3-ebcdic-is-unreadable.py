# coding: cp037
import os
