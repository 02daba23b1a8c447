#!/usr/bin/env python3
"""The corpus: each tests/corpus/NAME.py against the facts in NAME.expected. Prints TAP, a line a text.

The facts are those of print_imports. Both ways of reading must give them, and CPython's ast too wherever it
accepts the text; whether a statement runs under TYPE_CHECKING alone is not for ast to say.
"""
import ast
import glob
import os
import subprocess
import sys
import warnings

warnings.simplefilter("ignore")
HERE = os.path.dirname(os.path.abspath(__file__))
CORPUS = os.path.join(os.path.dirname(HERE), "corpus")


def facts_of_pawl(tool, paths, *options):
    answer = subprocess.run([tool, *options], input="\n".join(paths) + "\n", stdout=subprocess.PIPE,
                            encoding="utf-8", errors="surrogateescape", check=True).stdout
    texts = {}
    for block in answer.split("\n\n"):
        lines = block.strip("\n").split("\n")
        if lines[0].startswith("== "):
            unreadable = lines[1].startswith("unreadable")
            texts[lines[0][3:]] = ["unreadable"] if unreadable else lines[2:]
    return texts


def facts_of_ast(source):
    """As print_imports has them; None where ast refuses the text."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, LookupError):
        return None
    found = []

    def visit(node, scope):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            plain = isinstance(node, ast.Import)
            for name in node.names:
                words = ["import", "0", name.name, "-"] if plain else [
                    "from", str(node.level), node.module or "-", name.name]
                found.append(" ".join([f"{node.lineno}:{node.col_offset + 1}", *words, name.asname or "-",
                                       f"{name.lineno}:{name.col_offset + 1}", scope]))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            scope = "function"
        elif isinstance(node, ast.ClassDef):
            scope = "class"
        for child in ast.iter_child_nodes(node):
            visit(child, scope)

    visit(tree, "module")
    return found


def differences(name, expected, readings):
    for who, facts in readings:
        if facts is not None and facts != expected:
            yield f"{who} has:"
            yield from (f"  {fact}" for fact in facts)


def main():
    tool = os.path.join(os.environ.get("PAWL_BUILD", "build"), "tests", "print_imports")
    paths = sorted(glob.glob(os.path.join(CORPUS, "*.py")))
    skimmed, whole = facts_of_pawl(tool, paths), facts_of_pawl(tool, paths, "--whole")
    failed = 0
    print(f"1..{len(paths)}")
    for number, path in enumerate(paths, 1):
        name = os.path.basename(path)[:-len(".py")]
        with open(path[:-len(".py")] + ".expected", encoding="utf-8") as file:
            expected = file.read().splitlines()
        with open(path, "rb") as file:
            truth = facts_of_ast(file.read())
        bare = [fact.replace(" type-checking", "") for fact in expected]
        wrong = list(differences(name, expected, [("the skim", skimmed[path]), ("the parse", whole[path])]))
        # An encoding that ast decodes can be one that pawl refuses.
        if expected != ["unreadable"]:
            wrong += differences(name, bare, [("ast", truth)])
        failed += bool(wrong)
        print(f"{'not ok' if wrong else 'ok'} {number} - {name}")
        for line in wrong:
            print("#", line)
    return 1 if failed or not paths else 0


if __name__ == "__main__":
    sys.exit(main())
