from a import b,
import c
