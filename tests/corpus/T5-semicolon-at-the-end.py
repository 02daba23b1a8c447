import a;
import b;  # c
