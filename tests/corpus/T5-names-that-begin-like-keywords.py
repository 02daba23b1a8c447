importer = 1
fromage = 2
import_x = 3
from_y = importer
import a
