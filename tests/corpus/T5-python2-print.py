print "import a"
print >>f, "x",
import b
print x; import c
