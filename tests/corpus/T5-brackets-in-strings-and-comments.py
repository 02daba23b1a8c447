x = "("; y = '[' # {
import a
