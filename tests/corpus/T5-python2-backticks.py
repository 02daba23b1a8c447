x = `y`; import a
raise E, "import b"
import c
