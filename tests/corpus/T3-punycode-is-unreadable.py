# coding: punycode
import os
