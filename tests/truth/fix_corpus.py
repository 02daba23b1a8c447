#!/usr/bin/python3
"""The corpus of rewritings: each text of tests/corpus/fix/GROUP/*.before, beside all others in one small
monolith (tests/corpus/fix/tree), must become its .after, byte for byte, and be left by a second run.

GROUP may hold settings (pyproject.toml, setup.cfg, ...) that hold for its texts, and `flags` for pawl.
What is left of a text is its .left: one `rule symbol` a line. --accept writes what pawl does."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CORPUS = ROOT / "tests/corpus/fix"
PAWL = Path(os.environ.get("PAWL_BIN", ROOT / "build/bin")) / "pawl"
CASES = "src/mono/cases"


def git(repo, *arguments):
    environment = dict(os.environ, GIT_CONFIG_NOSYSTEM="1", GIT_CONFIG_GLOBAL="/dev/null")
    subprocess.run(
        ["git", "-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "core.autocrlf=false", *arguments],
        cwd=repo, check=True, env=environment, stdout=subprocess.DEVNULL,
    )


def build(repo):
    shutil.copytree(CORPUS / "tree", repo, dirs_exist_ok=True)
    for group in groups():
        folder = repo / CASES / group.name
        folder.mkdir(parents=True)
        (folder / "__init__.py").touch()
        for file in group.iterdir():
            if file.suffix == ".before":
                shutil.copy(file, folder / (file.stem + ".py"))
            elif file.suffix not in (".after", ".left") and file.name != "flags":
                shutil.copy(file, folder / file.name)
    git(repo, "init", "-q")
    git(repo, "add", "-A")
    git(repo, "commit", "-qm", "a monolith")


def groups():
    return sorted(path for path in CORPUS.iterdir() if path.is_dir() and path.name != "tree")


def fix(repo, group):
    flags = group / "flags"
    call = [PAWL, "fix", *(flags.read_text().split() if flags.exists() else []), f"{CASES}/{group.name}"]
    done = subprocess.run(call, cwd=repo, capture_output=True, text=True, errors="surrogateescape")
    left = {}
    for line in done.stderr.splitlines():
        match = re.match(rf"{CASES}/{group.name}/(.*)\.py:\d+:\d+: (\S+) left \((\w+)\)", line)
        if match:
            left.setdefault(match[1], []).append(f"{match[3]} {match[2]}\n")
    return done, left


def main():
    accept = "--accept" in sys.argv
    number = failed = 0
    print(f"1..{sum(len(list(group.glob('*.before'))) for group in groups()) + 2 * len(groups())}")

    def report(good, name, why=""):
        nonlocal number, failed
        number += 1
        failed += not good
        print(f"{'ok' if good else 'not ok'} {number} {name}")
        for line in why.splitlines() if not good else []:
            print(f"# {line}")

    with tempfile.TemporaryDirectory() as temporary:
        repo = Path(temporary)
        build(repo)
        for group in groups():
            done, left = fix(repo, group)
            report(done.returncode == (1 if left else 0), f"{group.name}: the exit status says whether any is left",
                   done.stderr)
            for before in sorted(group.glob("*.before")):
                got = (repo / CASES / group.name / (before.stem + ".py")).read_bytes()
                got_left = "".join(left.get(before.stem, []))
                after, left_file = before.with_suffix(".after"), before.with_suffix(".left")
                if accept:
                    after.write_bytes(got)
                    if got_left:
                        left_file.write_text(got_left)
                    elif left_file.exists():
                        left_file.unlink()
                wanted_left = left_file.read_text() if left_file.exists() else ""
                report(got == after.read_bytes() and got_left == wanted_left, f"{group.name}/{before.stem}",
                       f"got {got!r}, left {got_left!r}")
            again = subprocess.run(["git", "diff", "--stat"], cwd=repo, capture_output=True, text=True).stdout
            fix(repo, group)
            now = subprocess.run(["git", "diff", "--stat"], cwd=repo, capture_output=True, text=True).stdout
            report(again == now, f"{group.name}: a second run changes nothing")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
