#!/usr/bin/env python3
"""Every character that an identifier can hold, in UTF-8 and in each encoding that a cookie can name, against Python's
codecs and unicodedata: what an import of it is called after decoding and NFKC. Prints TAP, a line an encoding.

A character that pawl cannot decode makes its text unreadable, which is safe; where a table lacks some, they are
counted. One that it decodes otherwise than Python is wrong.
"""
import os
import random
import subprocess
import sys
import tempfile
import unicodedata

ONE_BYTE = """cp1006 cp1125 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 cp437 cp720 cp737 cp775 cp850
cp852 cp855 cp856 cp857 cp858 cp860 cp861 cp862 cp863 cp865 cp866 cp869 cp874 hp_roman8 iso8859_1 iso8859_2 iso8859_3
iso8859_4 iso8859_5 iso8859_6 iso8859_7 iso8859_8 iso8859_9 iso8859_10 iso8859_11 iso8859_13 iso8859_14 iso8859_15
iso8859_16 koi8_r koi8_t koi8_u kz1048 mac_croatian mac_cyrillic mac_greek mac_iceland mac_latin2 mac_roman mac_romanian
mac_turkish palmos ptcp154 tis_620""".split()
WHOLE = ["utf_8", "cp932", "shift_jis", "gbk", "gb2312", "euc_kr", "cp949"]
PARTLY = ["gb18030", "big5", "cp950", "euc_jp"]
NOT = ["big5hkscs", "euc_jis_2004", "euc_jisx0213", "shift_jis_2004", "shift_jisx0213", "iso2022_jp", "iso2022_jp_2",
       "iso2022_jp_3", "iso2022_kr"]
CHUNK = 1000
SEED = 1


def is_encoded(point, codec):
    """Not where several characters stand for one: EUC-KR's syllables of eight bytes."""
    try:
        code = point.encode(codec)
        return len(code) <= 4 and code.decode(codec) == point
    except UnicodeError:
        return False


def read(tool, folder, codec, chunks):
    """For each chunk of identifiers the names that pawl has, None where the text is unreadable."""
    paths = []
    for number, chunk in enumerate(chunks):
        paths.append(os.path.join(folder, f"{number}.py"))
        with open(paths[-1], "wb") as file:
            file.write(f"# coding: {codec}\n".encode())
            file.write("".join(f"from m import {name}\n" for name in chunk).encode(codec))
    answer = subprocess.run([tool], input="\n".join(paths) + "\n", stdout=subprocess.PIPE, encoding="utf-8", check=True)
    for block in answer.stdout.rstrip("\n").split("\n\n"):
        lines = block.split("\n")
        yield None if lines[1].startswith("unreadable") else [line.split(" ")[4] for line in lines[2:]]


def compare(tool, folder, codec, names):
    """The names that differ, and those that cannot be decoded."""
    chunks = [names[at:at + CHUNK] for at in range(0, len(names), CHUNK)]
    wrong, unreadable = [], []
    while chunks:
        smaller = []
        for chunk, found in zip(chunks, list(read(tool, folder, codec, chunks))):
            if found is None and len(chunk) == 1:
                unreadable += chunk
            elif found is None:
                step = (len(chunk) + 7) // 8
                smaller += [chunk[at:at + step] for at in range(0, len(chunk), step)]
            else:
                expected = [unicodedata.normalize("NFKC", name) for name in chunk]
                same = len(found) == len(expected)
                wrong += [name for name, is_, was in zip(chunk, expected, found) if is_ != was] if same else chunk
        chunks = smaller
    return wrong, unreadable


def sequences(points):
    """Identifiers of several characters, many of them marks and parts of syllables that compose."""
    chance = random.Random(SEED)
    marks = [point for point in points if unicodedata.combining(point)]
    jamo = [chr(point) for point in range(0x1100, 0x1200)]
    for _ in range(20000):
        parts = chance.choices((points, marks, jamo, "aeioun"), k=chance.randint(2, 6))
        name = "a" + "".join(chance.choice(part) for part in parts)
        if name.isidentifier():
            yield name


def main():
    tool = os.path.join(os.environ.get("PAWL_BUILD", "build"), "tests", "print_imports")
    points = [chr(point) for point in range(0x80, 0x110000) if ("a" + chr(point)).isidentifier()]
    codecs, failed = WHOLE + PARTLY + NOT + ONE_BYTE, 0
    print(f"1..{len(codecs)}")
    print(f"# Unicode {unicodedata.unidata_version}, {len(points)} characters, seed {SEED}")
    with tempfile.TemporaryDirectory() as folder:
        for number, codec in enumerate(codecs, 1):
            names = ["a" + point for point in points if is_encoded(point, codec)]
            if codec == "utf_8":
                names += sequences(points)
            if codec in NOT:  # of these a few say as much as all, and are read one by one
                names = names[:8]
            wrong, unreadable = compare(tool, folder, codec, names)
            bad = wrong + (unreadable if codec not in PARTLY + NOT else [])
            failed += bool(bad)
            print(f"{'not ok' if bad else 'ok'} {number} - {codec}: {len(names)} identifiers,"
                  f" {len(unreadable)} unreadable")
            for name in bad[:5]:
                print("#", codec, ascii(name), name.encode(codec).hex())
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
