#!/usr/bin/python3
"""`pawl fix` against isort's settings (issue 5, point 2): random texts that isort has sorted by a profile or a setting are
fixed, and must pass `isort --check` by it still, and bind the same names as the imports that pawl names. What is tried
follows from PAWL_SEED."""

import ast
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PAWL = Path(os.environ.get("PAWL_BIN", ROOT / "build/bin")) / "pawl"
TEXTS = 40

SETTINGS = {
    "nothing": "",
    **{f"profile {name}": f'profile = "{name}"' for name in (
        "black", "django", "pycharm", "google", "open_stack", "plone", "attrs", "hug", "wemake", "appnexus")},
    "no_lines_before": 'profile = "black"\nno_lines_before = ["FIRSTPARTY", "LOCALFOLDER"]',
    "no_lines_before of one section": 'profile = "black"\nno_lines_before = ["STDLIB"]',
    "no_lines_before by its own name": 'profile = "black"\nsections = ["FUTURE", "STDLIB", "THIRDPARTY", "MONO", '
                                       '"FIRSTPARTY", "LOCALFOLDER"]\nknown_mono = ["mono"]\nno_lines_before = ["MONO"]',
    "force_to_top": 'profile = "black"\nforce_to_top = ["mono.models.user", "typing", "Group", "requests"]',
    "force_to_top within sections": 'profile = "google"\nforce_to_top = ["mono.models.user", "sys"]',
    "import_heading": 'profile = "black"\nimport_heading_firstparty = "Ours"\nimport_heading_stdlib = "Theirs"',
    "import_heading of all": 'import_heading_future = "Later"\nimport_heading_stdlib = "Python"\n'
                             'import_heading_thirdparty = "Others"\nimport_heading_firstparty = "Ours"\n'
                             'import_heading_localfolder = "Near"',
    "import_heading without lines": 'profile = "django"\nimport_heading_firstparty = "Ours"\n'
                                    'no_lines_before = ["FIRSTPARTY"]',
    "no_sections": 'profile = "black"\nno_sections = true',
    "force_alphabetical_sort": 'force_alphabetical_sort = true',
    "from_first": 'profile = "black"\nfrom_first = true\nlines_between_types = 1',
    "lines_between_sections": 'profile = "black"\nlines_between_sections = 2',
    "force_grid_wrap": 'profile = "black"\nforce_grid_wrap = 2',
    "case_sensitive": 'profile = "black"\ncase_sensitive = true',
    "length_sort": 'profile = "black"\nlength_sort = true',
    "length_sort within sections": 'profile = "black"\nlength_sort = true\nforce_sort_within_sections = true',
    "length_sort_sections": 'profile = "black"\nlength_sort_sections = ["firstparty", "stdlib"]',
    # What wraps, narrow enough that most do. What its releases disagree about is left out: commas in modes 2, 4, 10, 11.
    **{f"multi_line_output {mode}": f"multi_line_output = {mode}\nline_length = {width}" for mode, width in (
        (0, 40), (1, 50), (2, 45), (3, 40), (4, 45), (7, 50), (8, 50), (10, 42), (11, 50))},
    **{f"multi_line_output {mode} with commas": f"multi_line_output = {mode}\nline_length = {width}\n"
                                                "include_trailing_comma = true" for mode, width in (
        (0, 45), (1, 40), (3, 45), (5, 40), (6, 45), (8, 40))},
    "multi_line_output by its name": 'multi_line_output = "VERTICAL_GRID_GROUPED"\ninclude_trailing_comma = true\n'
                                     'line_length = 45',
    "use_parentheses": 'multi_line_output = 2\nuse_parentheses = true\nline_length = 40',
    "force_grid_wrap of a row": 'multi_line_output = 2\nforce_grid_wrap = 2\nline_length = 45',
    "balanced_wrapping": 'balanced_wrapping = true\nline_length = 50',
    "balanced_wrapping of rows": 'balanced_wrapping = true\nline_length = 55\nmulti_line_output = 5\n'
                                 'include_trailing_comma = true',
    "wrap_length": 'profile = "django"\nwrap_length = 30\nline_length = 50',
    "indent": 'multi_line_output = 5\ninclude_trailing_comma = true\nline_length = 40\nindent = "Tab"',
    "indent of two": 'profile = "hug"\nline_length = 40\nindent = 2',
    "reverse_sort": 'profile = "black"\nreverse_sort = true',
    "reverse_sort within sections": 'reverse_sort = true\nforce_sort_within_sections = true',
    "sort_order": 'profile = "black"\nsort_order = "native"',
    "star_first": ('profile = "black"\nstar_first = true', ["from zipfile import *"]),
    "only_sections": 'profile = "black"\nonly_sections = true',
    "only_sections within sections": 'only_sections = true\nforce_sort_within_sections = true',
    "combine_star": ('profile = "black"\ncombine_star = true', ["from collections import *"]),
    "combine_straight_imports": 'profile = "black"\ncombine_straight_imports = true',
    "forced_separate": 'profile = "black"\nforced_separate = ["django", "mono.models.us*", "mono.zoo"]',
    "forced_separate without sections": 'forced_separate = ["mono.models"]\nno_sections = true',
    "force_sort_within_sections": 'profile = "black"\nforce_sort_within_sections = true\nline_length = 50',
    "lexicographical": 'force_sort_within_sections = true\nlexicographical = true\nline_length = 50',
    "lexicographical with combined aliases": 'profile = "django"\nforce_sort_within_sections = true\n'
                                             'lexicographical = true\nline_length = 60',
    "lexicographical and force_to_top": 'force_sort_within_sections = true\nlexicographical = true\n'
                                        'force_to_top = ["mono.models.user.User", "requests", "typing.Any"]',
    "ignore_comments": 'profile = "black"\nignore_comments = true',
    "no_inline_sort": 'profile = "black"\nno_inline_sort = true',
    "no_inline_sort with combined aliases": 'profile = "django"\nno_inline_sort = true',
    "no_inline_sort of single lines": 'profile = "open_stack"\nno_inline_sort = true',
    "float_to_top": 'profile = "black"\nfloat_to_top = true',
    "dedup_headings": 'profile = "black"\ndedup_headings = true\nimport_heading_firstparty = "Ours"\n'
                      'import_heading_stdlib = "Theirs"',
    "import_heading without sections": 'no_sections = true\nimport_heading_future = "Later"\n'
                                       'import_heading_no_sections = "All"',
    "add_imports": 'profile = "black"\nadd_imports = ["from __future__ import annotations"]',
    "honor_case_in_force_sorted_sections": 'profile = "black"\nforce_sort_within_sections = true\n'
                                           'honor_case_in_force_sorted_sections = true',
}

# Where a long line gets a comment: isort loses the alias of a name that has a comment.
WITHOUT_ALIASES = {"multi_line_output 7"}

MODULES = {
    "src/mono/models/__init__.py": "from .group import *\nfrom .user import *\nfrom ..zoo.keep import LIMIT, Keeper\n"
                                   "from .. import tsdb\nimport requests\nfrom os import path\n",
    "src/mono/models/group.py": "class Group: pass\nclass GroupStatus: pass\ndef group_of(): pass\nGROUPS = 1\n",
    "src/mono/models/user.py": "class User: pass\nclass Role: pass\nROLES = 1\n",
    "src/mono/zoo/keep.py": "LIMIT = 1\nclass Keeper: pass\n",
    "src/mono/zoo/__init__.py": "", "src/mono/__init__.py": "", "src/mono/tsdb.py": "", "src/mono/cases/__init__.py": "",
}
NAMES = ["Group", "GroupStatus", "group_of", "GROUPS", "User", "Role", "ROLES", "LIMIT", "Keeper", "tsdb", "path"]
OTHERS = [
    "from __future__ import annotations", "import os", "import sys", "import os.path", "from os import path, sep",
    "from typing import Any, List", "from collections import OrderedDict", "import requests",
    "from django.db import models as db_models", "from django.http import Http404, HttpResponse", "import mono.tsdb",
    "from mono import zoo", "from mono.zoo import keep", "from mono.zoo.keep import LIMIT as MOST",
    "from mono.models.user import Role as R", "from mono.models.user import ROLES as ALL_ROLES",
    "from mono.models.group import Group as G", "from . import near", "from .near import Near", "from .. import far",
]


def random_text(draw, others, aliases):
    lines = draw.sample(others, draw.randrange(0, 9))
    lines = [line for line in lines if aliases or " as " not in line]
    for _ in range(draw.choice([1, 1, 1, 2])):
        names = draw.sample(NAMES, draw.randrange(1, 5))
        lines.append("from mono.models import " + ", ".join(
            f"{name} as its_{name.lower()}" if aliases and draw.random() < 0.1 else name for name in names))
    draw.shuffle(lines)
    lines.sort(key=lambda line: "__future__" not in line)
    return "\n".join(lines) + draw.choice(["\n\nx = 1\n", "\n\n\ndef f():\n    pass\n"])


def bound(text):
    """What each imported name stands for, as far as the names of mono.models go."""
    owners = {"user": ["User", "Role", "ROLES"], "group": ["Group", "GroupStatus", "group_of", "GROUPS"]}
    canonical = {name: f"mono.models.{module}" for module, names in owners.items() for name in names}
    canonical |= {"LIMIT": "mono.zoo.keep", "Keeper": "mono.zoo.keep", "tsdb": "mono", "path": "os"}
    found = {}
    for node in ast.parse(text).body:
        for alias in node.names if isinstance(node, (ast.Import, ast.ImportFrom)) else []:
            module = getattr(node, "module", None)
            if module == "mono.models":
                module = canonical[alias.name]
            found.setdefault(alias.asname or alias.name, set()).add((getattr(node, "level", 0), module, alias.name))
    return found


def git(repo, *arguments):
    environment = dict(os.environ, GIT_CONFIG_NOSYSTEM="1", GIT_CONFIG_GLOBAL="/dev/null")
    subprocess.run(["git", "-c", "user.name=T", "-c", "user.email=t@example.org", *arguments], cwd=repo, check=True,
                   env=environment, stdout=subprocess.DEVNULL)


def try_settings(isort, repo, settings, aliases, draw):
    """What is wrong, and how many texts isort passed before; None where isort knows no such setting."""
    settings, stars = settings if isinstance(settings, tuple) else (settings, [])
    for path, text in {**MODULES, ".pawl/config.ini": "[pawl]\nroots = src\n[facade mono.models]\n",
                       "pyproject.toml": f"[tool.isort]\n{settings}\n" if settings else "[tool.isort]\nline_length = 79\n",
                       }.items():
        (repo / path).parent.mkdir(parents=True, exist_ok=True)
        (repo / path).write_text(text)
    try:
        config = isort.Config(settings_file=str(repo / "pyproject.toml"))
    except (TypeError, isort.exceptions.ISortError):
        return [], None
    before = {}
    for number in range(TEXTS):
        path = repo / f"src/mono/cases/case_{number}.py"
        text = random_text(draw, OTHERS + stars * 3, aliases)
        for _ in range(3):
            text = isort.code(text, config=config)
        if isort.check_code(text, config=config):
            before[path] = text
        path.write_text(text)
    git(repo, "init", "-q")
    git(repo, "add", "-A")
    git(repo, "commit", "-qm", "a monolith")
    done = subprocess.run([PAWL, "fix"], cwd=repo, capture_output=True, text=True)
    wrong = [] if done.returncode in (0, 1) else [done.stderr]
    if "Traceback" in done.stderr or "0 names in 0 files" in done.stderr:
        wrong.append(f"nothing was rewritten: {done.stderr[-300:]}")
    for path, old in before.items():
        new = path.read_text()
        if not isort.check_code(new, config=config):
            wrong.append(f"{path.name}: isort would have\n{isort.code(new, config=config)}where pawl wrote\n{new}of\n{old}")
        if bound(new) != bound(old):
            wrong.append(f"{path.name}: binds other things:\n{new}than\n{old}")
    return wrong, len(before)


def main():
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # where isort says each text that it would change
    try:
        import isort
    except ImportError:
        print("1..1\nok 1 isort's settings # SKIP no isort here")
        return 0
    seed = int(os.environ.get("PAWL_SEED", "1"))
    chosen = {name: text for name, text in SETTINGS.items() if not sys.argv[1:] or name in sys.argv[1:]}
    failed = 0
    print(f"1..{len(chosen)}")
    for number, (name, settings) in enumerate(chosen.items(), 1):
        with tempfile.TemporaryDirectory() as temporary:
            wrong, tried = try_settings(isort, Path(temporary), settings, name not in WITHOUT_ALIASES,
                                        random.Random(f"{seed} {name}"))
        if tried is None:
            print(f"ok {number} {name} # SKIP isort {isort.__version__} does not know it", flush=True)
            continue
        good = not wrong and tried >= TEXTS // 2
        failed += not good
        print(f"{'ok' if good else 'not ok'} {number} {name}: {tried} texts pass as before", flush=True)
        for line in "\n".join([f"{len(wrong)} wrong", *wrong[:2]]).splitlines() if not good else []:
            print(f"# {line}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
