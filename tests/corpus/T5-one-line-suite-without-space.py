if x:import a
try:from b import c
except:pass
