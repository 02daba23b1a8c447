# coding: no-such-thing
import os
