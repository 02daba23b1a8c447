# coding: unicode_escape
\x69mport os
