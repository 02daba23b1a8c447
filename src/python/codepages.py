#!/usr/bin/env python3
"""Prints codepages.c: what Python's own codecs of one byte a character make of bytes over 0x7f. They do not change, so the file is kept; tests/truth/codecs.py holds it against Python's.
"""
import re

ROWS = re.compile(r'\{CODEC_BYTES,\s*CHARSET_NONE,\s*"([a-z0-9_]+)')


def point(code, codec):
    try:
        return ord(code.decode(codec))
    except UnicodeDecodeError:
        return 0


def print_rows(words):
    for at in range(0, len(words), 10):
        print("\t " + ", ".join(words[at:at + 10]) + ",")


def main():
    with open(__file__.replace("codepages.py", "encoding.c")) as file:
        names = [name for name in ROWS.findall(file.read()) if name != "ascii"]
    print('/* Printed by codepages.py, out of Python\'s codecs. */\n#include "codepages.h"\n')
    print("/* clang-format off */\nconst struct codepage codepages[] = {")
    for name in names:
        print(f'\t{{"{name}", {{')
        print_rows([f"0x{point(bytes([byte]), name):x}" for byte in range(0x80, 0x100)])
        print("\t}},")
    print("\t{0},\n};")


if __name__ == "__main__":
    main()
