#!/usr/bin/env python3
"""Differential test: pawl's imports against CPython's ast, over real packages. Prints TAP.

    [PAWL_BUILD=build] ast_imports.py [FOLDER…]

Without folders: this Python's standard library, and django, sympy and twisted where Debian has put them.
A text that ast refuses is counted and left out. Compared are module, level, name, alias, line and scope of
every import, in order.
"""
import ast
import os
import subprocess
import sys
import sysconfig
import warnings

warnings.simplefilter("ignore")
sys.setrecursionlimit(20000)
DEBIAN = "/usr/lib/python3/dist-packages"


def folders(arguments):
    if arguments:
        return arguments
    found = [sysconfig.get_path("stdlib")]
    found += [os.path.join(DEBIAN, name) for name in ("django", "sympy", "twisted")]
    return [folder for folder in found if os.path.isdir(folder)]


def sources(folder):
    for at, names, files in os.walk(folder):
        names[:] = sorted(name for name in names if name not in ("site-packages", "dist-packages"))
        for name in sorted(files):
            if name.endswith(".py") and "\n" not in name:
                yield os.path.join(at, name)


def facts_of_ast(source):
    """The imports of a text, as print_imports has them but for columns; None where ast refuses it."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, MemoryError, RecursionError, LookupError):
        return None
    found = []

    def visit(node, scope):
        if isinstance(node, ast.Import):
            for name in node.names:
                found.append((node.lineno, "import", 0, name.name, None, name.asname,
                              name.lineno, scope))
        elif isinstance(node, ast.ImportFrom):
            for name in node.names:
                found.append((node.lineno, "from", node.level, node.module, name.name, name.asname,
                              name.lineno, scope))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            scope = "function"
        elif isinstance(node, ast.ClassDef):
            scope = "class"
        for child in ast.iter_child_nodes(node):
            visit(child, scope)

    visit(tree, "module")
    return found


def facts_of_pawl(lines):
    found = []
    for line in lines:
        at, kind, level, module, name, alias, name_at, scope = line.split(" ")[:8]
        word = lambda text: None if text == "-" else text
        found.append((int(at.split(":")[0]), kind, int(level), word(module), word(name), word(alias),
                      int(name_at.split(":")[0]), scope))
    return found


def read_all(tool, paths, *options):
    """path -> (how it was read, lines of facts)"""
    answer = subprocess.run([tool, *options], input="\n".join(paths) + "\n", stdout=subprocess.PIPE,
                            encoding="utf-8", errors="surrogateescape", check=True).stdout
    texts = {}
    for block in answer.split("\n\n"):
        lines = block.strip("\n").split("\n")
        if lines[0].startswith("== "):
            texts[lines[0][3:]] = (lines[1], lines[2:])
    return texts


def main():
    tool = os.path.join(os.environ.get("PAWL_BUILD", "build"), "tests", "print_imports")
    asked = folders(sys.argv[1:])
    paths = [path for folder in asked for path in sources(folder)]
    texts = read_all(tool, paths)
    accepted = imports = parsed = wrong = 0
    for path in paths:
        how, lines = texts[path]
        with open(path, "rb") as file:
            truth = facts_of_ast(file.read())
        if truth is None:
            continue
        accepted += 1
        imports += len(truth)
        parsed += how == "parsed"
        facts = facts_of_pawl(lines)
        if facts != truth:
            wrong += 1
            if wrong <= 20:
                print("#", path, how)
                for fact in sorted(set(map(str, facts)) ^ set(map(str, truth)))[:4]:
                    print("#    ", "pawl" if fact in map(str, facts) else "ast ", fact)
    print("1..2")
    print(f"# {accepted} files of {len(paths)} that ast accepts, {imports} names imported,"
          f" {parsed} texts parsed whole")
    for folder in asked:
        print("#", folder)
    print(f"{'not ok' if wrong or not accepted else 'ok'} 1 - every import is as CPython's ast has it"
          f" ({wrong} files differ)")
    share = parsed / max(accepted, 1)
    print(f"{'ok' if share < 0.01 else 'not ok'} 2 - under one text in a hundred falls to the full parse"
          f" ({parsed} of {accepted})")
    return 1 if wrong or share >= 0.01 or not accepted else 0


if __name__ == "__main__":
    sys.exit(main())
