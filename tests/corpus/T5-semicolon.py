x = 1; import a; from b import c;import d
