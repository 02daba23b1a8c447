lazy import a
lazy from b import c
lazy = 1
if x: lazy import d
