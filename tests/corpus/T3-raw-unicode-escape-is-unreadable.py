# coding: raw_unicode_escape
\u0069mport os
