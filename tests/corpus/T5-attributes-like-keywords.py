x.import_ = 1
from_.x = 2
import a
