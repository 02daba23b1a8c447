#!/usr/bin/env python3
"""The module that `pawl lazy` writes, in CPython: names, what touching one imports, tab completion, mypy. TAP."""
import importlib.util
import os
import pathlib
import subprocess
import sys
import tempfile

PAWL = os.path.join(os.environ.get("PAWL_BIN", "build/bin"), "pawl")
FILES = {
    ".pawl/config.ini": "[pawl]\nroots = src\n[facade mono.models]\n",
    "src/mono/__init__.py": "",
    "src/mono/quotas.py": "backend = object()\n",
    "src/mono/models.py": "from mono.user import *\nfrom mono.group import Group as Team\nfrom mono import quotas\n",
    "src/mono/user.py": "from __future__ import annotations\nfrom typing import Any\nclass User: pass\nONE_DAY = 86400\n",
    "src/mono/group.py": "class Group: pass\n",
}
NAMES = ["Any", "ONE_DAY", "Team", "User", "annotations", "quotas"]
count = failed = 0


def report(good, what, why=""):
    global count, failed
    count += 1
    failed += not good
    print(f"{'ok' if good else 'not ok'} {count} - {what}", flush=True)
    if not good:
        print("# " + why.replace("\n", "\n# "), flush=True)


def python(root, code, *flags, stdin=None):
    result = subprocess.run([sys.executable, *flags, *(["-c", code] if stdin is None else [])], cwd=root / "src",
                            input=stdin, text=True, capture_output=True, env={**os.environ, "TERM": "dumb"})
    return result.stdout.strip() if result.returncode == 0 else result.stdout + result.stderr


def main():
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for path, text in FILES.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        git = ["git", "-C", folder, "-c", "user.name=T", "-c", "user.email=t@example.org"]
        subprocess.run([*git, "init", "-q"], check=True)
        subprocess.run([*git, "add", "-A"], check=True)
        subprocess.run([*git, "commit", "-qm", "A monolith"], check=True)
        text = subprocess.run([PAWL, "lazy", "--repo", folder, "mono.models"], check=True, capture_output=True).stdout
        (root / "src/mono/shell.py").write_bytes(text)

        said = python(root, "import mono.shell; print(*[n for n in dir(mono.shell) if n[0] != '_'])")
        report(said.split() == NAMES, "dir() is complete", said)
        said = python(root, "import sys, mono.shell; print(*sorted(n for n in sys.modules if n.startswith('mono.')))")
        report(said == "mono.shell", "importing the module imports nothing else", said)
        said = python(root, "import sys, mono.shell; mono.shell.ONE_DAY; "
                      "print(*sorted(n for n in sys.modules if n.startswith('mono.')))")
        report(said == "mono.shell mono.user", "touching a name imports its module and no sibling", said)
        said = python(root, "import mono.shell, mono.models\n"
                      f"print([n for n in {NAMES} if getattr(mono.shell, n) is not getattr(mono.models, n)])")
        report(said == "[]", "each name is the very object that the facade has", said)
        said = python(root, "import mono.shell\ntry: mono.shell.Nobody\nexcept AttributeError as e: print(e)")
        report(said == "module 'mono.shell' has no attribute 'Nobody'", "another name is an AttributeError", said)
        said = python(root, "", "-i", "-q", stdin="import rlcompleter, mono.shell\n"
                      "c = rlcompleter.Completer({'s': mono.shell})\n"
                      "print([c.complete('s.', i) for i in range(9) if c.complete('s.', i)])\n")
        report(all(f"s.{name}" in said for name in NAMES), "python -i completes every name", said)
        if importlib.util.find_spec("mypy") is None:
            report(True, "mypy accepts the block # SKIP no mypy here")
        else:
            said = python(root, "", "-m", "mypy", "--strict", "-m", "mono.shell", stdin="")
            report("Success" in said, "mypy accepts the block", said)
    print(f"1..{count}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
