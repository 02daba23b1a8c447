#!/usr/bin/env python3
"""Compare what pawl says that facades re-export (SEMANTICS D) with what they hold in running CPython.

The sources of the standard library and of Debian's django, sympy and twisted are committed to a
repository. Then, in one process each, a facade is imported and all its attributes are taken before
anything else is. For every name:

- the module that pawl names as declaring it holds the very same object under that name;
- each step of the chain is a line of the sources that binds the name;
- a class or plain function says by its __module__ that it was made there;
- nothing that the facade holds is missing, and nothing is said to be there that is not.

Every exception is listed below by name, with its reason.

    PAWL_BUILD=build facades.py [FACADE...]

prints TAP.
"""

import ast
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import types

DEBIAN = "/usr/lib/python3/dist-packages"
PACKAGES = ["django", "sympy", "twisted"]
SKIPPED = {"test", "tests", "idlelib", "lib2to3", "__pycache__", "dist-packages", "site-packages"}

FACADES = [
    "django.db.models",
    "django.forms",
    "sympy",
    "sympy.core",
    "sympy.matrices",
    "twisted.python",
    "xml.sax",
    "decimal",
    "asyncio",
    "django.db.migrations",
    "django.db",
    "django.views.generic",
    "django.http",
    "sympy.polys",
    "sympy.physics.mechanics",
    "sympy.functions",
    "twisted.logger",
    "twisted.internet.interfaces",
    "concurrent.futures",
    "unittest",
    "email",
    "multiprocessing",
    "json",
    "importlib",
    "logging",
    "collections",
    "ctypes",
    "xml.dom",
]

# Facades that hold more than sources say, with the reason.
DYNAMIC = {
    "decimal": "a star takes from _decimal, which is C",
    "multiprocessing": "globals().update()",
}

WINDOWS = "bound on Windows alone"
BUILTIN = "an assignment declares (D6): the object is a builtin"

# facade: {reason: names} for which pawl and CPython differ.
EXCEPTIONS = {
    "sympy": {"public(PythonMPQ) is assigned, which declares (D6)": "PythonRational"},
    "sympy.polys": {"public(PythonMPQ) is assigned, which declares (D6)": "PythonRational"},
    "xml.sax": {"imported under a condition that is never true": "expatreader xml"},
    "asyncio": {
        WINDOWS: "IocpProactor ProactorEventLoop WindowsProactorEventLoopPolicy"
        " WindowsSelectorEventLoopPolicy windows_events",
        BUILTIN: "TimeoutError",
    },
    "concurrent.futures": {BUILTIN: "TimeoutError"},
    "importlib": {"importlib._bootstrap runs frozen, under another name": "__import__"},
    "ctypes": {
        WINDOWS: "DllCanUnloadNow DllGetClassObject FormatError GetLastError HRESULT OleDLL"
        " WINFUNCTYPE WinDLL WinError _FUNCFLAG_STDCALL _check_HRESULT _win_functype_cache"
        " get_last_error oledll set_last_error windll",
        "struct takes it from _struct by a star, which is C (D5): unknown": "_calcsize",
    },
}


# ---- in the facade's process ----


def plain(thing):
    return isinstance(thing, (type, types.FunctionType))


def is_same(module, name, thing):
    holder = importlib_import(module)
    return getattr(holder, name, None) is thing


def importlib_import(module):
    __import__(module)
    return sys.modules[module]


def judge(row, thing):
    """What is wrong with one row, or None."""
    if row["kind"] == "module":
        importlib_import(row["module"])
        return None if sys.modules[row["module"]] is thing else "is not that module"
    if row["kind"] != "declared":
        return "is " + row["kind"]  # nothing is claimed; still listed by name
    if not is_same(row["module"], row["name_there"], thing):
        return f"{row['module']} holds another {row['name_there']}"
    # D4: what a module chooses may be made anywhere.
    made_there = plain(thing) and not {"external", "choice"} & set(row["flags"])
    if made_there and thing.__module__ != row["module"]:
        return f"was made in {thing.__module__}, not {row['module']}"
    return None


def check_in_process(facade, rows, dynamic):
    module = importlib_import(facade)
    held = dict(vars(module))
    loaded = set(sys.modules)
    findings = []
    for row in rows:
        name = row["name"]
        if name not in held:
            if "type_checking" in row["flags"]:
                continue  # D8: for type checkers alone
            findings.append((name, "is not there"))
            continue
        try:
            wrong = judge(row, held[name])
        except ImportError as error:
            wrong = f"cannot be imported: {error}"
        if wrong:
            findings.append((name, wrong))
    said = {row["name"] for row in rows}
    for name in sorted(set(held) - said) if not dynamic else []:
        # Submodules that somebody else loads are no names of the facade's own.
        by_others = f"{facade}.{name}" in loaded and isinstance(held[name], types.ModuleType)
        if not by_others and not (name.startswith("__") and name.endswith("__")):
            findings.append((name, "is not said to be there"))
    return findings


# ---- around it ----


def git(repository, *arguments):
    command = ["git", "-C", repository, "-c", "user.name=t", "-c", "user.email=t@example.org"]
    return subprocess.run(
        command + list(arguments), check=True, capture_output=True, text=True
    ).stdout.strip()


def copy_sources(source, target):
    for folder, folders, files in os.walk(source):
        folders[:] = [name for name in folders if name not in SKIPPED]
        place = os.path.join(target, os.path.relpath(folder, source))
        for name in files:
            if name.endswith(".py"):
                os.makedirs(place, exist_ok=True)
                shutil.copyfile(os.path.join(folder, name), os.path.join(place, name))


def make_repository(folder):
    git(folder, "init", "-q", "-b", "main")
    copy_sources(sysconfig.get_path("stdlib"), os.path.join(folder, "stdlib"))
    for package in PACKAGES:
        copy_sources(os.path.join(DEBIAN, package), os.path.join(folder, "debian", package))
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "Sources")
    return git(folder, "rev-parse", "HEAD")


def exports_of(tool, repository, commit, facade):
    output = subprocess.run(
        [tool, repository, commit, "stdlib:debian", facade],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    rows, dynamic = [], False
    for line in output.splitlines():
        if line.startswith("#"):
            dynamic = line.split("\t")[1] == "dynamic"
            continue
        name, kind, module, name_there, flags, *rest = line.split("\t")
        steps = [step.split(" ") for step in rest[1].split(" > ")] if rest[1] else []
        rows.append(
            {
                "name": name,
                "kind": kind,
                "module": module,
                "name_there": name_there,
                "flags": flags.split(","),
                "steps": steps,
            }
        )
    return rows, dynamic


class Lines:
    """Which names each line of a source binds, `*` for a star."""

    def __init__(self, repository):
        self.repository = repository
        self.texts = {}

    def bound(self, path):
        if path not in self.texts:
            with open(os.path.join(self.repository, path), "rb") as text:
                self.texts[path] = set(self.read(ast.parse(text.read())))
        return self.texts[path]

    @staticmethod
    def read(tree):
        for node in ast.walk(tree):
            if isinstance(node, ast.alias):
                name = node.asname or node.name
                yield name, node.lineno
                yield name.split(".")[0], node.lineno
            elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                yield node.id, node.lineno
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                yield node.name, node.lineno
            # What an import loads is bound by the statement (D2).
            if isinstance(node, (ast.ImportFrom, ast.Import)):
                names = [alias.name for alias in node.names]
                for dotted in names + [getattr(node, "module", None) or ""]:
                    for part in dotted.split("."):
                        for line in range(node.lineno, node.end_lineno + 1):
                            yield part, line

    def wrong(self, steps):
        for module, name, path, line in steps:
            if path == "-" or name == "-":
                continue
            bound = self.bound(path)
            if (name, int(line)) not in bound and ("*", int(line)) not in bound:
                return f"{path}:{line} does not bind {name}"
        return None


def check_facade(tool, repository, commit, facade):
    rows, dynamic = exports_of(tool, repository, commit, facade)
    lines = Lines(repository)
    findings = []
    for row in rows:
        wrong = lines.wrong(row["steps"])
        if wrong:
            findings.append((row["name"], wrong))
    child = subprocess.run(
        [sys.executable, __file__, "--inside", facade],
        input=json.dumps([rows, dynamic]),
        capture_output=True,
        text=True,
    )
    if child.returncode:
        return len(rows), [("", child.stderr.splitlines()[-1])]
    if dynamic != (facade in DYNAMIC):
        findings.append(("*", "can be read" if not dynamic else "cannot be read"))
    findings += [tuple(finding) for finding in json.loads(child.stdout.splitlines()[-1])]
    return len(rows), findings


def settle(facade, findings):
    """Takes out the exceptions; those that are none any more are findings too."""
    expected = {
        name for names in EXCEPTIONS.get(facade, {}).values() for name in names.split()
    }
    met = {name for name, _ in findings}
    return [f for f in findings if f[0] not in expected] + [
        (name, "is listed as an exception and is none") for name in sorted(expected - met)
    ]


def inside(facade):
    rows, dynamic = json.load(sys.stdin)
    sys.path.insert(0, DEBIAN)
    print(json.dumps(check_in_process(facade, rows, dynamic)))


def main():
    if sys.argv[1:2] == ["--inside"]:
        inside(sys.argv[2])
        return 0
    build = os.environ.get("PAWL_BUILD", "build")
    tool = os.path.join(build, "tests", "print_exports")
    facades = sys.argv[1:] or FACADES
    failed = 0
    print(f"1..{len(facades)}")
    with tempfile.TemporaryDirectory() as repository:
        commit = make_repository(repository)
        for number, facade in enumerate(facades, 1):
            count, findings = check_facade(tool, repository, commit, facade)
            findings = settle(facade, findings)
            verdict = "not ok" if findings else "ok"
            failed += bool(findings)
            print(f"{verdict} {number} - {facade}: {count} names hold what pawl says", flush=True)
            for name, wrong in findings:
                print(f"# {facade}.{name} {wrong}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
