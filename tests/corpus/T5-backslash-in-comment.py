# a \
import a
