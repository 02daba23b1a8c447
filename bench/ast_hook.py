#!/usr/bin/env python3
"""The same job with what Python has: a pre-receive hook that counts uses of one facade with `ast`.

    ast_hook.py FACADE < lines of `<old> <new> <ref>`

Only `from FACADE import NAME` and its relative spellings, by path: neither attributes nor moves, neither merges nor
encodings that git's output hides. bench/run measures pawl beside it.
"""

import ast
import collections
import subprocess
import sys

ROOT = "src/"


def git(*arguments, stdin=None):
    return subprocess.run(["git", *arguments], input=stdin, check=True, capture_output=True).stdout


def changes(old, new):
    """Pairs of blob ids and the path."""
    fields = git("diff-tree", "-r", "-z", "--no-renames", old, new).split(b"\0")
    for header, path in zip(fields[::2], fields[1::2]):
        _, _, before, after, _ = header.split()
        if path.endswith(b".py"):
            yield before, after, path.decode("utf-8", "surrogateescape")


def blobs(ids):
    output = git("cat-file", "--batch", stdin=b"\n".join(ids) + b"\n")
    at = 0
    for name in ids:
        end = output.index(b"\n", at)
        size = int(output[at:end].split()[2])
        yield name, output[end + 1 : end + 1 + size]
        at = end + size + 2


def uses(text, path, facade):
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return
    package = path.removeprefix(ROOT).removesuffix(".py").split("/")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            if ".".join(above + ([node.module] if node.module else [])) == facade:
                yield from (alias.name for alias in node.names)


def main():
    facade = sys.argv[1]
    rejected = False
    for line in sys.stdin:
        old, new, _ = line.split()
        changed = list(changes(old, new))
        ids = {name for before, after, _ in changed for name in (before, after) if name.strip(b"0")}
        texts = dict(blobs(sorted(ids))) if ids else {}
        for before, after, path in changed:
            had = collections.Counter(uses(texts.get(before, b""), path, facade))
            has = collections.Counter(uses(texts.get(after, b""), path, facade))
            for name in has - had:
                rejected = True
                print(f"{path}: {facade}.{name}", file=sys.stderr)
    return rejected


if __name__ == "__main__":
    sys.exit(main())
