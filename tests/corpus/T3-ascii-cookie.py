# coding: us-ascii
import a
