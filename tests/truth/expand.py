#!/usr/bin/env python3
"""`pawl expand --apply` in CPython: small packages before and after it, by hand and at random. Prints TAP.

    [PAWL_BIN=build/bin] [PAWL_SEED=N] [PAWL_RUNS=N] expand.py [WORD…]

Every module is entered first once. Whatever can be imported before must be importable after, each module must have
the same names bound to the same things, and a star must take the same names of it. With --used the facade may lose
names, as long as nothing else changes. PAWL_SEED repeats a run; WORDs choose cases by name.
"""
import importlib
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

PAWL = os.path.abspath(os.path.join(os.environ.get("PAWL_BIN", "build/bin"), "pawl"))
SEED = int(os.environ.get("PAWL_SEED", "20220712"))
RUNS = int(os.environ.get("PAWL_RUNS", "0"))  # random packages; 0: as many as LIMIT seconds allow
LIMIT = 12
sys.dont_write_bytecode = True


# ---- what CPython makes of a package ----

def thing(value):
    """What a value is, in words that two processes share."""
    plain = isinstance(value, (int, str, float, tuple, type(None)))
    return [type(value).__name__, getattr(value, "__module__", None), getattr(value, "__qualname__", None),
            getattr(value, "__name__", None), repr(value) if plain else None]


def names_of(module):
    return {name: thing(value) for name, value in vars(module).items() if not name.startswith("__")}


def star_of(name):
    taken = {}
    try:
        exec(f"from {name} import *", taken)
    except Exception as error:  # what it says may differ
        return ["fails", isinstance(error, ImportError)]
    return sorted(name for name in taken if name != "__builtins__")


def facts(folder, entry, modules):
    """In a process of its own: enters one module, then looks at all that are loaded."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        sys.path.insert(0, folder)
        importlib.invalidate_caches()
        try:
            importlib.import_module(entry)
            loaded = [name for name in modules if name in sys.modules]
            found = {name: [names_of(sys.modules[name]), star_of(name)] for name in loaded}
        except BaseException:
            found = "fails"
        with os.fdopen(write, "w") as out:
            json.dump(found, out)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as answer:
        text = answer.read()
    os.waitpid(child, 0)
    return json.loads(text)


def module_of(path):
    name = path[:-len(".py")].replace("/", ".")
    return name[:-len(".__init__")] if name.endswith(".__init__") else name


def all_facts(folder, files):
    modules = sorted(module_of(path) for path in files if path.endswith(".py"))
    return {entry: facts(folder, entry, modules) for entry in modules}


# ---- one case ----

class Tree:
    """One repository for every case."""

    def __init__(self, folder):
        self.folder = folder
        self.git = ["git", "-C", folder, "-c", "user.name=T", "-c", "user.email=t@example.org"]
        subprocess.run([*self.git, "init", "-q", "--template="], check=True)

    def fill(self, files):
        for entry in os.scandir(self.folder):
            if entry.name != ".git":
                shutil.rmtree(entry.path) if entry.is_dir() else os.unlink(entry.path)
        for path, text in {".pawl/config.ini": "[pawl]\nroots = .\n", **files}.items():
            path = pathlib.Path(self.folder, path)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, newline="")
        subprocess.run([*self.git, "add", "-A"], check=True)

    def read(self, files):
        return {path: pathlib.Path(self.folder, path).read_text() for path in files}

    def expand(self, *arguments):
        return subprocess.run([PAWL, "expand", "--repo", self.folder, "--apply", *arguments], capture_output=True,
                              text=True)


def difference(before, after, facade, may_go):
    """In words, or None."""
    for entry in before:
        old, new = before[entry], after[entry]
        if old == "fails":
            continue
        if new == "fails":
            return f"{entry} can no longer be imported"
        for module in old:
            if module not in new:
                return f"entered by {entry}, {module} is no longer loaded"
            names, others = old[module][0], new[module][0]
            stars, other_stars = old[module][1], new[module][1]
            if module == facade and may_go is not None:
                names = {name: kind for name, kind in names.items() if name in others or not may_go(name)}
                stars = [name for name in stars if name in other_stars or not may_go(name)]
            if names != others:
                return f"entered by {entry}, {module} has {others} in place of {names}"
            if stars != other_stars:
                return f"entered by {entry}, a star of {module} takes {other_stars} in place of {stars}"
    return None


def source_of(files, facade):
    for path in (f"{facade.replace('.', '/')}/__init__.py", f"{facade.replace('.', '/')}.py"):
        if path in files:
            return path
    return None


def unlisted_submodules(text, files, facade):
    """Submodules that nothing but their loading binds: semantics.md, on D5, lets __all__ lack them where no text has a
    star of the facade, or none loads them."""
    listed = text.rpartition("__all__ = [")[2] if "Written by pawl expand" in text else None
    below = {module_of(path) for path in files if path.endswith(".py")}
    star = any(f"from {facade} import *" in other or "from . import *" in other for other in files.values())
    imported = set()
    for other in files.values():
        for line in other.splitlines():
            if "import" in line:
                imported.update(line.replace(".", " ").split())
    return lambda name: (listed is not None and f"{facade}.{name}" in below and f'"{name}"' not in listed
                         and not (star and name in imported))


def judge(tree, files, facade, used):
    """(what is wrong or None, changed, exit status, what it said)"""
    tree.fill(files)
    before = all_facts(tree.folder, files)
    own = source_of(files, facade)
    result = tree.expand(*(["--used"] if used else []), facade)
    written = tree.read(files)
    changed = own and written[own] != files[own]
    said = result.stderr
    if result.returncode not in (0, 1):
        return f"exit status {result.returncode}: {said}", changed, result.returncode, said
    if result.returncode == 1 and not said:
        return "exit status 1 without a word", changed, 1, said
    if not changed:
        return None, False, result.returncode, said
    submodule = unlisted_submodules(written[own], files, facade)
    # Whoever takes a name from the facade would fail, or have another; but a star takes all of them.
    may_go = (lambda name: True) if used and not any(f"from {facade} import *" in text for text in files.values()) else None
    after = all_facts(tree.folder, files)
    if not may_go:
        for entry in before:
            if before[entry] != "fails" and after[entry] != "fails" and facade in before[entry]:
                pair = before[entry][facade], after[entry].get(facade, [None, None])
                pair[0][1] = [name for name in pair[0][1] if name in (pair[1][1] or []) or not submodule(name)]
    wrong = difference(before, after, facade, may_go)
    if not wrong:
        again = tree.expand(*(["--used"] if used else []), facade)
        if tree.read(files) != written:
            wrong = f"a second run changes it again: {again.stderr}"
    if wrong:
        wrong += "\n" + written[own]
    return wrong, changed, result.returncode, said


# ---- cases by hand ----

CASES = []


def case(name, files, status, facade="f", used=False, says=""):
    CASES.append((name, files, status, facade, used, says))


def with_a(name, text, status, says="", facade="from .a import *\n", **more):
    case(name, {"f/__init__.py": facade, "f/a.py": text, **more}, status, says=says)


A = "class A: pass\n"
with_a("the facade's own name under a condition", A, 1, "binds X in some runs only",
       "import sys\nfrom .a import *\nif sys.platform == 'linux':\n    X = 1\n")
with_a("the facade's own name in a try", A, 1, "binds json in some runs only",
       "from .a import *\ntry:\n    import json\nexcept ImportError:\n    pass\n")
with_a("the facade writes to globals()", A, 1, "its own namespace", "from .a import *\nglobals()['Y'] = 2\n")
with_a("the facade writes to globals() in a function", A, 1, "its own namespace",
       "from .a import *\ndef g():\n    globals()['Y'] = 2\ng()\n")
with_a("a function of the facade binds a global", A, 1, "binds G in some runs only",
       "from .a import *\ndef g():\n    global G\n    G = 1\ng()\n")
with_a("the facade sets an attribute of itself", A, 1, "its own namespace",
       "import sys\nfrom .a import *\nsetattr(sys.modules[__name__], 'Y', 2)\n")
with_a("the facade execs", A, 1, "its own namespace", "from .a import *\nexec('Y = 2')\n")
with_a("the facade has a __getattr__", A, 1, "__getattr__",
       "from .a import *\ndef __getattr__(name):\n    raise AttributeError(name)\n")
case("stars in a circle, entered through the module",
     {"f.py": "from b import *\n", "b.py": "B = 1\nfrom f import *\nC = 2\n"}, 1, says="half loaded")
case("a module imports the facade back in a function",
     {"f.py": "from b import *\n", "b.py": "def late():\n    import f\nlate()\nB = 1\n"}, 1, says="half loaded")
case("a circle of imports by name in a package",
     {"f/__init__.py": "from .a import *\nfrom .b import *\n", "f/a.py": A + "from f.b import B\n",
      "f/b.py": "from f import A\nclass B(A): pass\n"}, 0)
case("a later star rebinds",
     {"f/__init__.py": "from .a import *\nfrom .b import *\n", "f/a.py": A + "X = 1\n", "f/b.py": A + "X = 2\n"}, 0)
case("a submodule that the facade loads for another module",
     {"f/__init__.py": "import f.a.sub\nfrom .a import *\n", "f/a/__init__.py": A, "f/a/sub.py": "z = 1\n"}, 1,
     says="submodule sub")
case("a submodule that a sibling loads",
     {"f/__init__.py": "from .b import *\nfrom .a import *\n", "f/b.py": "from f.a.sub import z\n",
      "f/a/__init__.py": A, "f/a/sub.py": "z = 1\n"}, 1, says="submodule sub")
case("a submodule that nothing loads",
     {"f/__init__.py": "from .a import *\n", "f/a/__init__.py": A, "f/a/sub.py": "z = 1\n"}, 0)
case("a package that a star rebinds",
     {"f/__init__.py": "from .options import *\nfrom .o2 import *\n", "f/options/__init__.py": "from .x import *\n",
      "f/options/x.py": "class O: pass\n", "f/o2.py": "class options: pass\n"}, 0)
case("__all__ lists a submodule",
     {"f/__init__.py": "from .a import *\n", "f/a/__init__.py": "__all__ = ['sub', 'A', '_p']\n" + A + "_p = 1\n",
      "f/a/sub.py": ""}, 0)
with_a("__all__ lists a name twice", "__all__ = ['A', 'A']\n" + A + "B = 1\n", 0)
with_a("__all__ lists dunders", "__all__ = ['__version__', 'A']\n__version__ = '1'\nA = 1\n", 0)
with_a("__all__ lists what __getattr__ serves",
       "__all__ = ['A', 'Z']\nA = 1\ndef __getattr__(n):\n    if n == 'Z': return 5\n    raise AttributeError(n)\n", 0)
with_a("__all__ lists what a function binds by global", "__all__ = ['G']\ndef g():\n    global G\n    G = 1\ng()\n", 0)
with_a("__all__ grows under a condition", "__all__ = ['A']\nA = B = 1\nif len('x') > 1:\n    __all__ += ['B']\n", 1,
       "depends on the run")
with_a("__all__ grows in an empty loop", "__all__ = ['A']\nA = B = 1\nfor n in []:\n    __all__.append('B')\n", 1,
       "depends on the run")
with_a("__all__ lists a keyword", "__all__ = ['A', 'class']\nA = 1\nglobals()['class'] = 2\n", 1, "cannot say class")
with_a("the facade's own __all__ is left alone", "__all__ = ['A']\nA = B = 1\n", 0,
       facade="from . import a\nfrom .a import *\n__all__ = []\n__all__ += a.__all__\n")
with_a("the facade's own __all__ has less", "A = B = 1\n", 0, facade="from .a import *\n__all__ = ['A']\n")
with_a("the facade deletes a name", "A = B = 1\n", 0, facade="from .a import *\ndel B\n")
with_a("a loop's variable that is deleted", "for i in range(3): pass\nwith open('/dev/null') as fh: pass\ndel i\nA = 1\n", 0)
with_a("the variable of an empty loop", "for i in []: pass\nA = 1\n", 1, "i is bound there in some runs only")
with_a("a name in a loop's else", "for i in [1]:\n    break\nelse:\n    V = 1\nA = 1\n", 1, "in some runs only")
with_a("while and its else", "while True:\n    W = 1\n    break\nelse:\n    V = 1\nA = 1\n", 1, "in some runs only")
with_a("a with that swallows", "import contextlib\nwith contextlib.suppress(Exception):\n    1 / 0\n    X = 1\nA = 1\n", 1,
       "X is bound there in some runs only")
with_a("a second with that is never entered", "import contextlib\nwith contextlib.suppress(OSError) as p, open('/none') as q:\n"
       "    pass\nA = 1\n", 1, "q is bound there")
with_a("two of them in parentheses", "import contextlib\nwith (contextlib.suppress(OSError) as p, open('/none') as q):\n"
       "    pass\nA = 1\n", 1, "q is bound there")
with_a("the name of an except", "try:\n    1/0\nexcept Exception as e: pass\nA = 1\n", 0)
with_a("a raise that an outer try catches",
       "try:\n    try: import nope_nope\n    except ImportError:\n        X = 1\n        raise\nexcept ImportError: pass\n", 1,
       "raise")
with_a("a name that one arm deletes", "if len('x') > 1:\n    A = 1\n    del A\nelse:\n    A = 2\n", 1, "in some runs only")
with_a("a walrus behind and", "False and (w := 1)\nA = 1\n", 1, "w is bound there")
with_a("a walrus in a ternary", "v = (w := 1) if 0 else 2\nA = 1\n", 1, "w is bound there")
with_a("a walrus in a comprehension", "v = [x for x in [] if (w := x)]\nA = 1\n", 1, "w is bound there")
with_a("a function binds a global", "def g():\n    global G\n    G = 1\ng()\nA = 1\n", 1, "G is bound there")
with_a("a function that nobody calls binds a global", "def g():\n    global G\n    G = 1\nA = 1\n", 1, "G is bound there")
with_a("a function deletes a global", "X = A = 1\ndef g():\n    global X\n    del X\ng()\n", 1, "X is bound there")
with_a("a class body binds a global", "class A:\n    global G\n    G = 1\n", 1, "G is bound there")
with_a("an annotation binds nothing", "x: int\nA = 1\n", 0)
if sys.version_info >= (3, 10):
    with_a("match", "match 3:\n    case 4 as q: pass\n    case _: pass\nA = 1\n", 1, "q is bound there")
if sys.version_info >= (3, 11):
    with_a("except*", "try:\n    A = 1\n    1 / 0\nexcept* ZeroDivisionError:\n    B = 1\n", 1, "")
with_a("both arms bind", "try:\n    import nope_nope\nexcept ImportError:\n    nope_nope = None\n", 0)
with_a("the other arm raises", "import sys\nif sys.version_info > (3,):\n    A = 1\nelse:\n    raise ImportError\n", 0)
with_a("a module with a __getattr__", "A = 1\ndef __getattr__(n): raise AttributeError(n)\n", 1, "__getattr__")
with_a("a comment behind, no line end", "A = 1\n", 0, facade="from .a import *  # hi\n# end")
with_a("the facade ends in a body", "A = 1\n", 0, facade="from .a import *\ndef k():\n    return 1\n")
with_a("the facade ends in a suite, no line end", "A = 1\n", 0, facade="from .a import *\nif True:\n    K = 1")
with_a("the facade ends behind a backslash", "A = 1\n", 0, facade="from .a import *\nx = 1 + \\\n  2\n")
with_a("a docstring and __future__", "from __future__ import annotations\nA = 1\n", 0,
       facade='"""doc"""\nfrom __future__ import annotations\nfrom .a import *\n')
with_a("lines that end with CR", "A = 1\n", 0, facade="from .a import *\rB = 1\r")
with_a("names after NFKC", "\ufb01n = 1\n\u00e9t\u00e9 = 2\n", 0)
with_a("soft keywords", "match = 1\ntype = 2\n", 0)
with_a("nothing but a dunder", "__version__ = '1'\n", 1, "brings no name")
with_a("the same star twice", "A = 1\n", 0, facade="from .a import *\nA = 5\nfrom .a import *\n")
case("an empty facade", {"f/__init__.py": "", "f/a.py": "A = 1\n"}, 0)
case("a star in a try",
     {"f/__init__.py": "try:\n    from .a import *\nexcept ImportError:\n    pass\nfrom .b import *\n",
      "f/a.py": "A = 1\n", "f/b.py": "B = 1\n"}, 1, says="under a condition")
case("two statements on a line",
     {"f/__init__.py": "from .a import *; x = 1\nfrom .b import *\n", "f/a.py": "A = 1\n", "f/b.py": "B = 1\n"}, 1,
     says="other statements")
case("isort: skip, and a backslash",
     {"f/__init__.py": "from .a import *  # isort:skip\nfrom .b \\\n  import *\n", "f/a.py": "A = 1\n",
      "f/b.py": "B = 1\n"}, 0)
case("stars of stars",
     {"f/__init__.py": "from .a import *\n", "f/a.py": "from .b import *\nA = 1\n",
      "f/b.py": "from .c import *\n_b = 1\nB = 2\n", "f/c.py": "import os\nC = 3\n"}, 0)
case("a name by a star, and by name later",
     {"f/__init__.py": "from .a import *\nfrom .b import A as Z, A\n", "f/a.py": "A = 1\nZ = 0\n", "f/b.py": "A = 2\n"}, 0)
case("a module takes the facade's own name",
     {"f/__init__.py": "class Base: pass\nfrom .a import *\n", "f/a.py": "from f import Base\nclass A(Base): pass\n"}, 0)
case("a module takes a star of the facade",
     {"f/__init__.py": "A = 1\nfrom .a import *\n", "f/a.py": "from f import *\nB = A\n"}, 1, says="circle")
case("a name comes back through the facade (D3)",
     {"f/__init__.py": "from .activity import *\nfrom .release import *\n", "f/activity.py": "class Activity: pass\n",
      "f/release.py": "from f import Activity\nclass Release: pass\n"}, 0)
case("a star over a module that is half loaded",
     {"f/__init__.py": "from .a import *\nfrom .b import *\n", "f/a.py": "import f.b\nA = 1\n",
      "f/b.py": "from f.a import *\nB = 1\n"}, 1, says="in some runs only")
case("a facade elsewhere sees a half loaded module",
     {"f/__init__.py": "from .a import *\n", "f/a.py": "A = 1\nfrom .h import H\nB = 2\n",
      "f/h.py": "import g\nH = 1\n", "g.py": "from f.a import *\nG = 1\n"}, 1, facade="g", says="half loaded")
case("a function of the package loads a module that is half loaded",
     {"f/__init__.py": "def load():\n    import f.a\nfrom .b import *\nfrom .a import *\n",
      "f/a.py": "from .b import *\nA = 1\n", "f/b.py": "from f import load\nload()\nB = 1\n"}, 1, says="in some runs only")
case("a name that is deleted, and comes by another star",
     {"f/__init__.py": "from .a import *\nfrom .b import *\n", "f/a.py": "A = 1\ndel A\nB = 0\n", "f/b.py": "B = 1\n"}, 0)
case("the facade loads a submodule later",
     {"f/__init__.py": "from .a import *\nfrom . import z\n", "f/a.py": "A = 1\n", "f/z.py": "Q = 1\n"}, 0)
case("a name like its module's",
     {"f/__init__.py": "from .user import *\nfrom .zed import *\n", "f/user.py": "class U: pass\nuser = 3\n",
      "f/zed.py": "from .user import U\n"}, 0)
case("a name that a submodule rebinds",
     {"f/__init__.py": "from .x import *\nfrom .y import *\n", "f/x.py": "y = 1\n", "f/y.py": "Y = 1\n"}, 0)
case("a submodule that is deleted, and imported again",
     {"f/__init__.py": "from .a import *\n", "f/a/__init__.py": "from .s import X\ndel s\nfrom .s import Y\n",
      "f/a/s.py": "X = Y = 1\n"}, 1, says="some")
case("isort's force_single_line",
     {"f/__init__.py": "from .a import *\n", "f/a.py": "A = 1\nB = 2\n",
      "pyproject.toml": '[tool.isort]\nprofile = "black"\nforce_single_line = true\n'}, 0)
case("--used: a star of the facade keeps all",
     {"f/__init__.py": "from .a import *\n", "f/a.py": "A = 1\nB = 2\n", "u.py": "from f import *\n"}, 0, used=True)
case("--used: the facade as a value",
     {"f/__init__.py": "from .a import *\n", "f/a.py": "A = 1\nB = 2\n", "u.py": "import f\ngetattr(f, 'B')\n"}, 1,
     used=True, says="used as a value")
case("--used: by a relative import",
     {"f/__init__.py": "from .a import *\nfrom .b import *\n", "f/a.py": "A = 1\nB = 2\n",
      "f/b.py": "from . import B\nC = 1\n"}, 0, used=True)
case("--used: by the facade, and a star that nothing uses",
     {"f/__init__.py": "from .a import *\nfrom .b import *\nX = [A]\n", "f/a.py": "A = 1\nB = 2\n", "f/b.py": "C = 1\n"}, 1,
     used=True, says="none of its names is used")
case("--used: what one star would drop, and another that is left binds",
     {"f/__init__.py": "from .a import *\nfrom .b import *\n", "f/a.py": "X = 1\n", "f/b.py": "X = 2\nA = 1\n",
      "u.py": "from f import A\n"}, 0, used=True)
case("--used: what a star would drop, and the facade binds before it",
     {"f/__init__.py": "X = 1\nfrom .b import *\n", "f/b.py": "X = 2\nA = 1\n", "u.py": "from f import A\n"}, 0, used=True)
case("--used: both stars bind it",
     {"f/__init__.py": "from .a import *\nfrom .b import *\n", "f/a.py": "A = 1\nB = 2\n", "f/b.py": "A = 3\nC = 1\n",
      "u.py": "from f import A\n"}, 0, used=True)
case("--used: an unsure name that nothing needs",
     {"f/__init__.py": "from .a import *\n", "f/a.py": "A = 1\nfor i in []: pass\n", "u.py": "from f import A\n"}, 0,
     used=True)


# ---- packages at random ----

NAMES = ["A", "B", "C", "D", "_e", "x", "y"]


class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def module(self):
        return self.random.choice(self.modules)

    def written(self, module, at):
        """A module as an import of the module `at` may say it."""
        if module.startswith("f.") and at.startswith("f") and at.count(".") == (0 if at == "f" else 1):
            if self.random.random() < 0.5 and at not in self.packages - {"f"}:
                return "." + module[2:]
        return module

    def value(self):
        return self.random.choice(["1", "2", "'s'", "(1, 2)", "None"])

    def statement(self, at):
        pick, name = self.random.random(), self.random.choice(NAMES)
        other = self.written(self.module(), at)
        if pick < 0.30:
            return f"{name} = {self.value()}\n"
        if pick < 0.36:
            return f"class {name}: pass\n"
        if pick < 0.52:
            return f"from {other} import *\n"
        if pick < 0.60:
            return f"from {other} import {name}\n"
        if pick < 0.66:
            return f"import {self.module()}\n"
        if pick < 0.70:
            below = self.random.choice([m for m in self.modules if m.startswith("f.")])
            parent, _, leaf = below.rpartition(".")
            return f"from {parent} import {leaf}{self.random.choice(['', f' as {name}'])}\n"
        return self.odd_statement(name, other)

    def odd_statement(self, name, other):
        condition = self.random.choice(["len('ab') > 1", "len('ab') > 2", "True", "False"])
        return self.random.choice([
            f"if {condition}:\n    {name} = 1\n",
            f"if {condition}:\n    {name} = 1\nelse:\n    {name} = 2\n",
            f"if {condition}:\n    import {self.module()}\n",
            f"try:\n    from {other} import {name}\nexcept (ImportError, AttributeError):\n    {name} = None\n",
            f"try:\n    from {other} import {name}\nexcept ImportError:\n    pass\n",
            f"for {name} in {self.random.choice(['[]', '[1]'])}: pass\n",
            f"def fun_{name}():\n    global {name}\n    {name} = 4\n",
            f"def fun_{name}():\n    import {self.module()}\nfun_{name}()\n",
            f"try:\n    del {name}\nexcept NameError:\n    pass\n",
            f"{name} = 1\ndel {name}\n",
            f"{condition} and ({name} := 3)\n",
            f"globals()['{name}'] = 6\n",
            "def __getattr__(name):\n    raise AttributeError(name)\n",
            f"import contextlib\nwith contextlib.suppress(Exception):\n    from {other} import {name}\n",
        ])

    def dunder_all(self):
        names = self.random.sample(NAMES + [m.rpartition(".")[2] for m in self.modules], self.random.randint(0, 3))
        return self.random.choice([f"__all__ = {names}\n", f"__all__ = {names}\n__all__ += ['A']\n",
                                   f"__all__ = {names}\nif len('ab') > 2:\n    __all__.append('A')\n"])

    def text(self, at):
        body = [self.statement(at) for _ in range(self.random.randint(1, 4))]
        if self.random.random() < 0.2:
            names = [line.split(" = ")[0] for line in body if line[0] in "ABCDxy_" and " = " in line]
            body.append(self.dunder_all() if self.random.random() < 0.4 else f"__all__ = {sorted(set(names))}\n")
        return "".join(body)

    def package(self):
        self.packages = {"f", "f.p"} if self.random.random() < 0.4 else {"f"}
        self.modules = ["f", "f.a", "f.b", *self.random.sample(["f.c", "g", "h"], self.random.randint(0, 3))]
        if "f.p" in self.packages:
            self.modules += ["f.p", "f.p.s"][:self.random.randint(1, 2)]
            self.packages = self.packages if "f.p.s" in self.modules else {"f"}
        files = {}
        for module in self.modules:
            path = module.replace(".", "/") + ("/__init__.py" if module in self.packages else ".py")
            files[path] = self.text(module)
        stars = [self.written(m, "f") for m in self.modules if m != "f" and self.random.random() < 0.75]
        own = self.statement("f") if self.random.random() < 0.35 else ""
        files["f/__init__.py"] = "".join(f"from {module} import *\n" for module in stars) + own
        facade = "f"
        if self.random.random() < 0.2:
            facade = self.random.choice(self.modules)
        if self.random.random() < 0.5:
            files["u.py"] = self.random.choice(["from f import *\n", "from f import A\n", "import f\nq = f.B\n"])
        return files, facade, self.random.random() < 0.25


# ---- ----

count = failed = 0


def report(good, what, why=""):
    global count, failed
    count += 1
    failed += not good
    print(f"{'ok' if good else 'not ok'} {count} - {what}", flush=True)
    if not good:
        print("# " + why.replace("\r", "\\r").replace("\n", "\n# "), flush=True)


def run_cases(tree, words):
    for name, files, status, facade, used, says in CASES:
        if words and not any(word in name for word in words):
            continue
        wrong, _, got, said = judge(tree, files, facade, used)
        if not wrong and (got != status or says not in said):
            wrong = f"exit status {got}, and it said: {said}"
        report(not wrong, name, wrong or "")


def run_random(tree):
    started, runs, imported, changed = time.monotonic(), 0, 0, 0
    while runs < RUNS if RUNS else time.monotonic() - started < LIMIT:
        files, facade, used = Maker(SEED + runs).package()
        wrong, was_changed, _, _ = judge(tree, files, facade, used)
        runs += 1
        changed += bool(was_changed)
        if wrong:
            texts = "".join(f"--- {path}\n{text}" for path, text in files.items())
            report(False, f"package {runs - 1} of seed {SEED}, facade {facade}{', --used' * used}", wrong + "\n" + texts)
            print(f"# PAWL_SEED={SEED + runs - 1} PAWL_RUNS=1 repeats it", flush=True)
    print(f"# seed {SEED}: {runs} packages, {changed} of them changed")
    report(changed > 0 and not failed, "random packages are as they were")


def main():
    with tempfile.TemporaryDirectory() as folder:
        tree = Tree(folder)
        run_cases(tree, sys.argv[1:])
        if not sys.argv[1:]:
            run_random(tree)
    print(f"1..{count}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
