#!/usr/bin/env python3
"""Where the whole parse sees statements of the top level begin, against CPython's ast (T4, K4). Prints TAP.

Random texts of a few lines, of what a grammar that reads over a line end could go on with: lists that end with a comma,
lines that begin with a bracket, soft keywords. Texts in which the parser sees an error are counted and left out.
PAWL_SEED chooses others.
"""

import ast
import os
import random
import subprocess
import sys
import warnings

BUILD = os.environ.get("PAWL_BUILD", "build")
TEXTS = 20000
OPERANDS = """a a.b (a) a,b [a] {a} f(a) a[b] 's' f'{a}' 1 1.5 None lambda:a lambda\\ x:x -a not\\ a *a (*a,) () []
print exec match case type print(a) print\\ (a) match(a) match\\ [a] type(a) type\\ (a) (yield) (a:=b) a<b [x\\ for\\ x\\ in\\ a]"""
OPERANDS = [word.replace("\0", " ") for word in OPERANDS.replace("\\ ", "\0").split()]
FORMS = ["{}, {}", "{},", "{}, {},", "({}).b", "[{}][{}]", "{}\\\n.b", "{} + {}", "{} * {}", "{} in {}", "lambda: {}"]
STATEMENTS = """_ ; _ ; _ ; _ = _ ; a = _ ; a = b = _ ; a: _ ; a: _ = _ ; a += _ ; x, _ = _ ; del _ ; assert _ ; raise _ ; return _
; global _ ; type T = _ ; type _ ; print _ ; import _ ; if a: _ ; for a in b: _ ; class A: _ ; def f(): a = _ ; match _
; @_ ; a = yield _ ; a = _; b = _"""
STATEMENTS = [" ".join(form.split()) for form in STATEMENTS.replace("a = _; b", "a = _\0 b").split(" ;")]


def expression(chance, depth=0):
    if depth == 2 or chance.random() < 0.6:
        return chance.choice(OPERANDS)
    inner = [expression(chance, depth + 1) for _ in range(2)]
    form = chance.choice(FORMS)
    return form.format(*inner)


def text_of(chance):
    lines = []
    for _ in range(chance.randint(2, 3)):
        line = chance.choice(STATEMENTS).replace("\0", ";")
        while "_" in line:
            line = line.replace("_", expression(chance), 1)
        lines.append(line + chance.choice(["", "", "", "\n", "  # c", " \\\n"]))
    return "\n".join(lines) + "\n"


def first_line(statement):
    return min(node.lineno for node in [statement, *getattr(statement, "decorator_list", [])])


def main():
    seed = os.environ.get("PAWL_SEED", "20261128")
    chance = random.Random(int(seed))
    texts, expected = [], []
    while len(texts) < TEXTS:
        text = text_of(chance)
        try:
            body = ast.parse(text).body
        except (SyntaxError, ValueError):
            continue
        texts.append(text)
        expected.append({first_line(statement) for statement in body})
    read = subprocess.run(
        [os.path.join(BUILD, "tests", "print_statements")],
        input="".join(text + "\0" for text in texts).encode(),
        stdout=subprocess.PIPE,
        check=True,
    ).stdout.decode()
    lines = read.splitlines()
    errors = sum(line.startswith("E") for line in lines)
    wrong = [
        (text, sorted(begin), line)
        for text, begin, line in zip(texts, expected, lines, strict=True)
        if not line.startswith("E") and begin != {int(number) for number in line.split()}
    ]
    print("1..1")
    # Known to remain, about one in 100,000: a list that holds a lambda, above a line that begins with a bracket.
    failed = len(wrong) > 3 or errors * 100 > TEXTS
    counts = f"{errors} with errors, {len(wrong)} read otherwise"
    print(f"{'not ok' if failed else 'ok'} 1 - {TEXTS} random texts, seed {seed}, {counts}")
    for text, begin, line in wrong[:10]:
        print(f"# {text!r}: on {begin}, read on {line}")
    return 1 if failed else 0


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.exit(main())
