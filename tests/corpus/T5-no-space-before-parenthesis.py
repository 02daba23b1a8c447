from m import(a)
from m import(a,b as c)
