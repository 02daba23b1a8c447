#!/usr/bin/env python3
"""Compare the outlines of texts with whole parses (SEMANTICS K6).

Every name that the top level of a text binds must stand in its outline, and be bound in the same way
where the parser does not see the bodies of functions and classes: over the standard library
and Debian's django, sympy.core and twisted, and over texts of them cut and joined at random.

    PAWL_BUILD=build outlines.py

prints TAP. Where the two differ, CPython's symtable says which is wrong. PAWL_SEED chooses other random texts.
"""

import os
import random
import subprocess
import symtable
import sys
import sysconfig
import tempfile

DEBIAN = "/usr/lib/python3/dist-packages"
MUTANTS = 10000


def texts_of(folders):
    for top in folders:
        for folder, _, files in os.walk(top):
            yield from (os.path.join(folder, name) for name in sorted(files) if name.endswith(".py"))


def outlines(paths):
    tool = os.path.join(os.environ.get("PAWL_BUILD", "build"), "tests", "print_outlines")
    output = subprocess.run(
        [tool], input="\n".join(paths), check=True, capture_output=True, text=True
    ).stdout
    return [line.split("\t") for line in output.splitlines()]


def bound_at_top(path):
    """The names that CPython says the text's top level binds."""
    with open(path, "rb") as text:
        symbols = symtable.symtable(text.read(), path, "exec").get_symbols()
    return {one.get_name() for one in symbols if one.is_assigned() or one.is_imported() or one.is_namespace()}


def lost_names(row):
    """What the outline lacks, unless the whole parse is wrong: its grammar ends a block at a bracket's line that begins
    further to the left, and takes the rest of a function for the top level."""
    path, _, _, _, names = row
    lost = set(names.split()) - {"(count)"}
    return names if lost and lost <= bound_at_top(path) else ""


def report(number, what, rows):
    missing = [(row[0], lost_names(row)) for row in rows if lost_names(row)]
    doubtful = sum(row[2] == "1" for row in rows)
    names = sum(int(row[1]) for row in rows)
    bodies = sum(int(row[3]) for row in rows)
    verdict = "not ok" if missing or not names or not bodies else "ok"
    print(
        f"{verdict} {number} - {what}: {len(rows)} texts, {names} names, {bodies} bodies, "
        f"{doubtful} in doubt"
    )
    for path, lost in missing[:20]:
        print(f"# {path}: {lost}")
    return bool(missing)


def mutant(chance, texts):
    """Lines of several texts, with bytes that matter to strings and brackets put in and taken out."""
    lines = []
    for _ in range(chance.randint(1, 3)):
        text = chance.choice(texts)
        start = chance.randrange(len(text) or 1)
        lines += text[start : start + chance.randint(1, 60)]
    text = bytearray(b"".join(lines))
    for _ in range(chance.randint(0, 3)):
        at = chance.randrange(len(text) + 1)
        text[at : at + chance.randint(0, 2)] = chance.choice(
            [b'"', b"'", b'"""', b"(", b")", b"\\", b"\n", b"#", b"{", b"\r", b'f"', b"  "]
        )
    return bytes(text)


def main():
    packages = [os.path.join(DEBIAN, name) for name in ("django", "sympy/core", "twisted")]
    paths = list(texts_of([sysconfig.get_path("stdlib"), *packages]))
    print("1..2")
    failed = report(1, "whole texts", outlines(paths))
    seed = int(os.environ.get("PAWL_SEED", "20221122"))
    chance = random.Random(seed)
    texts = []
    for path in chance.sample(paths, 300):
        with open(path, "rb") as text:
            texts.append(text.read().splitlines(keepends=True))
    with tempfile.TemporaryDirectory() as folder:
        made = []
        for i in range(MUTANTS):
            made.append(os.path.join(folder, f"{i}.py"))
            text = mutant(chance, texts)
            # What CPython does not take, nobody imports.
            try:
                compile(text, "mutant", "exec", dont_inherit=True)
            except (SyntaxError, ValueError, RecursionError):
                made.pop()
                continue
            with open(made[-1], "wb") as file:
                file.write(text)
        failed = report(2, f"random texts, seed {seed}", outlines(made)) or failed
    return 1 if failed else 0


if __name__ == "__main__":
    import warnings

    warnings.simplefilter("ignore")
    sys.exit(main())
