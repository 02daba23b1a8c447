#!/usr/bin/python3
"""`pawl fix` against CPython (issue 5, point 2): every use of eight facades in Debian's python3-django, python3-sympy
and python3-twisted is rewritten in a copy of them. Each text rewritten must parse, bind the same names in the same
scopes to the very same objects, pass isort and black where it passed before, and be left by a second run; modules
that could be imported still can.

Without arguments a part of each package, so that it stays quick. --full takes all, imports every module of the
packages rewritten, and runs sympy's core tests; Debian ships no tests of Django's. A package's name chooses it alone.
ISORT and BLACK name the formatters; without them on this machine those checks are skipped."""

import ast
import importlib
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tokenize
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PAWL = Path(os.environ.get("PAWL_BIN", ROOT / "build/bin")) / "pawl"
PACKAGES = Path("/usr/lib/python3/dist-packages")
FACADES = {
    "django": ["django.db.models", "django.http", "django.urls"],
    "sympy": ["sympy.core", "sympy.matrices", "sympy.utilities"],
    "twisted": ["twisted.python.compat", "twisted.trial.unittest"],
}
PARTS = {
    "django": ["django/contrib", "django/core", "django/views"],
    "sympy": ["sympy/matrices", "sympy/geometry", "sympy/stats"],
    "twisted": ["twisted/web", "twisted/python", "twisted/cred"],
}
CASE_LIMIT = 15  # texts that the formatters look at, without --full
BATCH = 50


def run(call, where, **options):
    environment = dict(os.environ, GIT_CONFIG_NOSYSTEM="1", GIT_CONFIG_GLOBAL="/dev/null", PYTHONDONTWRITEBYTECODE="1",
                       **options.pop("environment", {}))
    return subprocess.run(call, cwd=where, capture_output=True, text=True, errors="replace", env=environment, **options)


# ---- what a text binds ----


def bindings(tree):
    """(scope, bound name) to the list of (level, module, name) of its from-imports, in order."""
    found = {}
    pending = [(tree, ())]
    while pending:
        node, scope = pending.pop()
        for child in ast.iter_child_nodes(node):
            inner = scope
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                inner = scope + (child.name,)
            elif isinstance(child, ast.ImportFrom):
                for alias in child.names:
                    found.setdefault((scope, alias.asname or alias.name), set()).add(
                        (child.level, child.module or "", alias.name))
            pending.append((child, inner))
    return found


def absolute(path, level, module):
    if not level:
        return module
    parts = list(Path(path).parts[:-1])
    parts = parts[: len(parts) - (level - 1)]
    return ".".join(parts + ([module] if module else []))


def value(taken, module, name):
    if module in taken and name in taken[module]:
        return taken[module][name]
    loaded = importlib.import_module(module)
    if hasattr(loaded, name):
        return getattr(loaded, name)
    return importlib.import_module(f"{module}.{name}")


def objects(package, repo, files):
    """Runs in a process of its own: prints what differs."""
    if package == "django":
        from django.conf import settings
        settings.configure(INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth"])
        importlib.import_module("django").setup()
    taken = {}
    for facade in FACADES[package]:
        taken[facade] = dict(vars(importlib.import_module(facade)))
    compared = 0
    for path in files:
        before = bindings(ast.parse((PACKAGES / path).read_bytes()))
        after = bindings(ast.parse((Path(repo) / path).read_bytes()))
        if before.keys() != after.keys():
            print(f"differs {path}: binds {sorted(before.keys() ^ after.keys())}")
            continue
        for key, old in before.items():
            if old == after[key]:
                continue
            gone, fresh = old - after[key], after[key] - old
            try:
                olds = {id(value(taken, absolute(path, *use[:2]), use[2])) for use in gone}
                news = {id(value({}, absolute(path, *use[:2]), use[2])) for use in fresh or after[key]}
            except Exception as trouble:
                print(f"differs {path}: {key}: {trouble!r}")
                continue
            compared += 1
            if not olds <= news:
                print(f"differs {path}: {key}: {gone} is not {fresh}")
    print(f"compared {compared}")


# ---- the rest ----


def tool(name):
    found = os.environ.get(name.upper()) or shutil.which(name)
    return found.split() if found else None


def black_may_pass(path):
    """False where black would reformat for certain: it writes 'a' as "a". Reading that is a hundred times faster."""
    source = path.read_bytes()
    if b"fmt:" in source:
        return True
    try:
        return not any(token.type == tokenize.STRING and re.fullmatch(r"""[bBfFrRuU]{0,2}'[^'"\\{]+'""", token.string)
                       for token in tokenize.tokenize(io.BytesIO(source).readline))
    except (SyntaxError, tokenize.TokenError):
        return True


def passing(name, tool_call, repo, files, where):
    """The files that the formatter would leave."""
    # --fast: black then does not compare the trees of what it would reformat, which is not looked at here.
    options = {"isort": ["--profile", "black", "--check", "--src", str(repo)],
               "black": ["--check", "--fast", "--workers", "2"]}
    if name == "black":
        files = [file for file in files if black_may_pass(where / file)]
    passed = []
    for start in range(0, len(files), BATCH):
        batch = files[start:start + BATCH]
        done = run([*tool_call, *options[name], *(str(where / file) for file in batch)], repo)
        said = done.stdout + done.stderr
        if done.returncode not in (0, 1, 123):
            raise SystemExit(f"{name}: {said}")
        passed += [file for file in batch if f"{where / file} Imports are" not in said
                   and f"would reformat {where / file}\n" not in said
                   and f"cannot format {where / file}:" not in said]
    return passed


def importable(repo, files):
    """The files that Python can import, each tried in the same process."""
    code = "\n".join([
        "import importlib, os, sys",
        "try:",
        "    from django.conf import settings",
        "    settings.configure(INSTALLED_APPS=['django.contrib.contenttypes', 'django.contrib.auth'])",
        "    import django; django.setup()",
        "except Exception: pass",
        "said, names = os.fdopen(os.dup(1), 'w'), sys.stdin.read().split()",
        "os.dup2(2, 1)",
        "for name in names:",
        "    try: importlib.import_module(name); print(name, file=said, flush=True)",
        "    except BaseException: pass",
        "print('all', file=said, flush=True)",
        "os._exit(0)",
    ])
    names = {file[:-3].replace("/", ".").removesuffix(".__init__") for file in files}
    done = run([sys.executable, "-W", "ignore", "-c", code], "/", environment={"PYTHONPATH": str(repo)},
               input="\n".join(sorted(names)))
    if done.stdout.split()[-1:] != ["all"]:
        raise SystemExit(f"importing the modules of {repo} ended early: {done.stdout[-200:]}{done.stderr[-2000:]}")
    return set(done.stdout.split()) & names


def package_copy(package, temporary):
    repo = Path(temporary) / package
    shutil.copytree(PACKAGES / package, repo / package, ignore=shutil.ignore_patterns("__pycache__", "*.po"))
    policy = "[pawl]\nroots = .\n" + "".join(f"[facade {name}]\n" for name in FACADES[package])
    (repo / ".pawl").mkdir()
    (repo / ".pawl/config.ini").write_text(policy)
    for call in (["init", "-q"], ["add", "-A"],
                 ["-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "-qm", "as Debian ships it"]):
        run(["git", *call], repo, check=True)
    return repo


class Report:
    number = failed = 0

    def __call__(self, good, what, why="", skip=""):
        self.number += 1
        self.failed += not good
        print(f"{'ok' if good else 'not ok'} {self.number} {what}{f' # SKIP {skip}' if skip else ''}", flush=True)
        for line in str(why).splitlines()[:20] if not good else []:
            print(f"# {line}")


def check_package(package, temporary, full, report):
    repo = package_copy(package, temporary)
    parts = [] if full else PARTS[package]
    done = run([PAWL, "fix", *parts], repo)
    files = [line.removesuffix(": rewritten") for line in done.stdout.splitlines() if line.endswith(": rewritten")]
    print(f"# {package}: {done.stderr.splitlines()[-1] if done.stderr else ''}")
    report(done.returncode in (0, 1) and len(files) >= 20, f"{package}: uses are rewritten", done.stderr)
    broken = []
    for file in files:
        try:
            ast.parse((repo / file).read_bytes())
        except SyntaxError as trouble:
            broken.append(f"{file}: {trouble}")
    report(not broken, f"{package}: every text rewritten parses", "\n".join(broken))
    same = run([sys.executable, "-W", "ignore", __file__, "--objects", package, str(repo), *files], "/")
    compared = same.stdout.splitlines()[-1:] or [""]
    print(f"# {package}: {compared[0]}")
    report(same.returncode == 0 and "differs" not in same.stdout and compared[0] not in ("", "compared 0"),
           f"{package}: each name is the very object that it was", same.stdout + same.stderr)
    for name in ("isort", "black"):
        call, some = tool(name), files if full else files[:CASE_LIMIT]
        if not call:
            report(True, f"{package}: {name} passes where it passed", skip=f"no {name} here")
            continue
        run(["git", "worktree", "add", "-q", "--detach", "../before-" + package], repo)
        before = repo.parent / ("before-" + package)
        good = passing(name, call, before, some, before)
        after = passing(name, call, repo, good, repo)
        print(f"# {package}: {name} passed {len(good)} of {len(some)}")
        report(good == after, f"{package}: {name} passes where it passed", "\n".join(sorted(set(good) - set(after))))
    again = run([PAWL, "fix", *parts], repo)
    report("0 names in 0 files" in again.stderr, f"{package}: a second run changes nothing", again.stderr)
    modules = files
    if full:
        modules = [str(file.relative_to(repo)) for file in sorted((repo / package).rglob("*.py"))
                   if file.name != "__main__.py"]
    could, can = importable(PACKAGES, modules), importable(repo, modules)
    print(f"# {package}: {len(can)} of {len(modules)} modules can be imported")
    report(could <= can and could, f"{package}: what could be imported still can", "\n".join(sorted(could - can)))
    if full and package == "sympy":
        tests = run([sys.executable, "-c", "import sympy, sys; sys.exit(not sympy.test('sympy/core'))"], repo,
                    environment={"PYTHONPATH": str(repo)})
        report(tests.returncode == 0, "sympy: its core tests pass", tests.stdout[-2000:])


def main():
    if "--objects" in sys.argv:
        at = sys.argv.index("--objects")
        objects(sys.argv[at + 1], sys.argv[at + 2], sys.argv[at + 3:])
        return 0
    full, report = "--full" in sys.argv, Report()
    with tempfile.TemporaryDirectory() as temporary:
        for package in [name for name in sys.argv[1:] if name in FACADES] or FACADES:
            check_package(package, temporary, full, report)
    print(f"1..{report.number}")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
