import a
$ ? !
import b
