import a

import b
