#!/usr/bin/env python3
"""Random histories of fixes, moves, deletions, files in a gone file's place, freezes, ratchets and merges of baselines, over real git with all of pawl in place:
pre-receive, pre-commit and the merge driver (SEMANTICS: B, P7, S5).

After each push: the trunk's uses never grew; what was accepted is covered by its baseline (`check --all`); where the
trunk's baseline is exact, `check --all` and the hook agree; and `pawl ratchet` leaves what a fresh freeze writes. What
uses a tree has is counted here, by the import statements that this program itself wrote. Prints TAP; PAWL_SEED repeats a
run, PAWL_HISTORIES says how many.
"""

import collections
import multiprocessing
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("PAWL_BIN", ROOT / "build/bin"))
HISTORIES = int(os.environ.get("PAWL_HISTORIES", "500"))
BASELINE = ".pawl/baseline"
HEADER = "# pawl baseline 1: path TAB symbol TAB count. Shrink it by `pawl ratchet`, never by hand.\n"
NAMES = ("Group", "User")
SETTINGS = """[user]
name = A
email = a@example.com
[init]
defaultBranch = main
[gc]
auto = 0
[core]
fsync = none
[merge "pawl-baseline"]
name = pawl
driver = pawl merge-baseline %O %A %B
"""


def make_template(folder, environment):
    """A work tree and a server that has it, to be copied for each history."""
    work = folder / "work"
    files = {
        ".pawl/config.ini": "[pawl]\nroots = src\n\n[facade mono.models]\n",
        ".gitattributes": f"{BASELINE} merge=pawl-baseline\n",
        "src/mono/models/__init__.py": "".join(f"from mono.models.{name.lower()} import *\n" for name in NAMES),
    }
    for name in NAMES:
        files[f"src/mono/models/{name.lower()}.py"] = f"class {name}: pass\n"
    for name in "abcdef":
        body = "".join(f"{name}{i} = {i}\n\n" for i in range(12))
        files[f"src/mono/{name}.py"] = f"from mono.models import Group\n{body}from mono.models import User\n{body}"
    for path, text in files.items():
        (work / path).parent.mkdir(parents=True, exist_ok=True)
        (work / path).write_text(text)
    for command in (["git", "init", "-q", "--template="], ["git", "add", "-A"], ["pawl", "freeze"],
                    ["git", "add", "-A"], ["git", "commit", "-q", "-m", "Freeze"],
                    ["git", "clone", "-q", "--bare", ".", "../server.git"]):
        subprocess.run(command, cwd=work, env=environment, check=True, stdout=subprocess.DEVNULL)
    for repository, hook in ((work / ".git", "pre-commit"), (folder / "server.git", "pre-receive")):
        (repository / "hooks").mkdir(exist_ok=True)
        (repository / "hooks" / hook).symlink_to(BIN / f"pawl-{hook}")


class History:
    def __init__(self, folder, environment, chance):
        self.folder, self.environment, self.chance = folder, environment, chance
        self.work = folder / "work"
        self.fresh_paths = 0
        self.log = []

    def run(self, *command):
        done = subprocess.run(command, cwd=self.work, env=self.environment, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        self.log.append(f"{' '.join(command)} -> {done.returncode}")
        return done

    def must(self, *command):
        done = self.run(*command)
        assert done.returncode == 0, f"{' '.join(command)}: {done.stdout}"
        return done.stdout

    def texts(self):
        return sorted(path for path in (self.work / "src/mono").glob("*.py"))

    def needs(self):
        """The baseline that the working tree needs, by the statements in it."""
        found = collections.Counter()
        for path in self.texts():
            for name in re.findall(r"^from mono\.models import (\w+)$", path.read_text(), re.M):
                found[f"src/mono/{path.name}", f"mono.models.{name}"] += 1
        return found

    def expected(self):
        return HEADER + "".join(f"{path}\t{symbol}\t{count}\n" for (path, symbol), count in sorted(self.needs().items()))

    def baseline(self):
        path = self.work / BASELINE
        return path.read_text() if path.exists() else None

    # ---- what people do ----

    def fix(self):
        path = self.chance.choice(self.texts())
        name = self.chance.choice(NAMES)
        path.write_text(path.read_text().replace(f"from mono.models import {name}\n",
                                                 f"from mono.models.{name.lower()} import {name}\n", 1))

    def move(self):
        self.fresh_paths += 1
        path = self.chance.choice(self.texts())
        self.must("git", "mv", str(path), str(path.with_name(f"m{self.chance.randrange(10 ** 6)}_{self.fresh_paths}.py")))

    def delete(self):
        if len(self.texts()) > 3:
            self.must("git", "rm", "-qf", str(self.chance.choice(self.texts())))

    def gone(self):
        """A path that is free and was not always, one that the baseline names still where there is one."""
        named = {line.split("\t")[0] for line in (self.baseline() or "").splitlines()[1:]}
        started = {f"src/mono/{name}.py" for name in "abcdef"}
        for paths in (named, started):
            free = sorted(path for path in paths if not (self.work / path).exists())
            if free:
                return self.work / self.chance.choice(free)
        return None

    def replace(self):
        """A file comes where another one was: moved there, or a new one."""
        place = self.gone()
        if not place:
            self.move()
        elif self.chance.random() < 0.7:
            self.must("git", "mv", str(self.chance.choice(self.texts())), str(place))
        else:
            place.write_text("x = 1\n")

    def add_use(self):
        path = self.chance.choice(self.texts())
        path.write_text(path.read_text() + f"from mono.models import {self.chance.choice(NAMES)}\n")

    def add_file(self):
        self.fresh_paths += 1
        path = self.work / f"src/mono/n{self.chance.randrange(10 ** 6)}_{self.fresh_paths}.py"
        path.write_text(f"from mono.models import {self.chance.choice(NAMES)}\n")

    def lengthen(self):
        path = self.work / BASELINE
        lines = path.read_text().splitlines(keepends=True)
        if len(lines) > 1:
            at = self.chance.randrange(1, len(lines))
            head, _, count = lines[at].rpartition("\t")
            lines[at] = f"{head}\t{int(count) + 1}\n"
        path.write_text("".join(lines))

    def edit(self):
        """One change, as a commit; what kinds of things it did."""
        kind = self.chance.choice(["fix", "fix", "fix", "move", "move and fix", "delete", "replace", "replace", "replace",
                                   "add", "add file", "lengthen", "grow"])
        if "fix" in kind:
            self.fix()
        if "move" in kind:
            self.move()
        if kind == "delete":
            self.delete()
        if kind == "replace":
            self.replace()
        if kind == "add" or kind == "grow":
            self.add_use()
        if kind == "add file":
            self.add_file()
        if kind == "lengthen":
            self.lengthen()
        self.must("git", "add", "-A")
        if kind == "grow":
            self.must("pawl", "freeze", "--grow")
        elif self.chance.random() < 0.4 and kind != "lengthen":
            self.must("pawl", "ratchet")
        self.must("git", "add", "-A")
        honest = kind not in ("add", "add file", "lengthen", "grow")
        verify = [] if honest and self.chance.random() < 0.7 else ["--no-verify"]
        self.must("git", "commit", "-q", "--allow-empty", "-m", kind, *verify)
        return kind

    # ---- what must hold ----

    def push(self):
        done = self.run("git", "push", "-q", "../server.git", "HEAD:refs/heads/main")
        assert done.returncode == 0 or "pre-receive hook declined" in done.stdout, done.stdout
        return done.returncode == 0, done.stdout

    def check_all(self):
        done = self.run("pawl", "check", "--all", "HEAD")
        assert done.returncode in (0, 1), done.stdout
        return done.returncode == 0

    def check_ratchet(self):
        kept = self.baseline()
        self.must("pawl", "ratchet")
        assert self.baseline() == self.expected(), f"after ratchet no fresh freeze: {self.baseline()} {self.expected()}"
        if self.chance.random() < 0.3:
            (self.work / BASELINE).unlink()
            self.must("pawl", "freeze")
            assert self.baseline() == self.expected(), f"a freeze is not what the tree needs: {self.baseline()}"
        (self.work / BASELINE).write_text(kept)

    def per_symbol(self):
        total = collections.Counter()
        for (_, symbol), count in self.needs().items():
            total[symbol] += count
        return total

    def judge(self, kind, before, exact):
        """Pushes the trunk; True where it was accepted."""
        accepted, output = self.push()
        covered = self.check_all()
        honest = kind not in ("add", "add file", "lengthen", "grow")
        if accepted:
            assert covered, f"{kind}: accepted, but not covered"
            for symbol, count in self.per_symbol().items():
                assert count <= before[symbol], f"{kind}: {symbol} grew from {before[symbol]} to {count}"
            self.check_ratchet()
        else:
            assert not honest or kind == "merge", f"{kind}: an honest change was rejected\n{output}"
            if exact and kind in ("add", "add file"):
                assert not covered, f"{kind}: rejected, but check --all finds nothing"
        return accepted

    def merge(self):
        """Two people's honest work, joined with the merge driver. True where the merge is made."""
        self.must("git", "checkout", "-q", "-b", "topic", "main~" if self.chance.random() < 0.5 and
                  self.run("git", "rev-parse", "-q", "--verify", "main~").returncode == 0 else "main")
        for _ in range(self.chance.randint(1, 2)):
            self.fix()
            self.chance.choice((self.move, self.move, self.delete, lambda: None))()
            self.must("git", "add", "-A")
            self.must("git", "commit", "-q", "--allow-empty", "-m", "topic")
        self.must("git", "checkout", "-q", "main")
        done = self.run("git", "merge", "-q", "--no-ff", "-m", "merge", "topic")
        made = done.returncode == 0
        if not made:
            unmerged = self.must("git", "diff", "--name-only", "--diff-filter=U").split()
            assert BASELINE not in unmerged, f"git stopped on the baseline\n{done.stdout}"
            self.must("git", "merge", "--abort")
        self.must("git", "branch", "-q", "-D", "topic")
        return made

    def step(self):
        start = self.must("git", "rev-parse", "HEAD").strip()
        before = self.per_symbol()
        exact = self.baseline() == self.expected()
        if self.chance.random() < 0.25:
            if not self.merge():
                return
            accepted = self.judge("merge", before, exact)
            if not accepted:  # slack that the merge made: what a ratchet takes away
                self.must("pawl", "ratchet")
                self.must("git", "commit", "-qam", "ratchet")
                accepted = self.judge("merge", before, exact)
                assert accepted, "a merge of honest work is rejected after a ratchet"
        else:
            accepted = self.judge(self.edit(), before, exact)
        if not accepted:
            self.must("git", "reset", "-q", "--hard", start)
            self.must("git", "clean", "-qfd")


def run(folder, seed):
    (folder / "home").mkdir()
    (folder / "home/.gitconfig").write_text(SETTINGS)
    environment = {"PATH": f"{BIN}:{os.environ['PATH']}", "HOME": str(folder / "home"), "GIT_CONFIG_NOSYSTEM": "1",
                   "LC_ALL": "C.UTF-8"}
    template = folder / "template"
    (template / "work").mkdir(parents=True)
    make_template(template, environment)
    jobs = [(folder, environment, f"{seed}-{number}") for number in range(HISTORIES)]
    with multiprocessing.Pool(os.cpu_count()) as pool:
        for trouble in pool.imap_unordered(run_one, jobs):
            assert not trouble, trouble


def run_one(job):
    """What is wrong with one history, or nothing."""
    folder, environment, seed = job
    here = folder / f"history-{seed}"
    shutil.copytree(folder / "template", here, symlinks=True)
    history = History(here, environment, random.Random(seed))
    try:
        for _ in range(history.chance.randint(2, 5)):
            history.step()
    except AssertionError as error:
        return f"history {seed}: {error}\n" + "\n".join(history.log[-20:])
    finally:
        shutil.rmtree(here)
    return ""


def main():
    seed = os.environ.get("PAWL_SEED") or str(random.SystemRandom().randrange(1 << 32))
    print(f"1..1\n# seed {seed}, {HISTORIES} histories", flush=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="pawl-ratchets-"))
    name = "the ratchet turns one way, whatever people do and merge"
    try:
        run(folder, seed)
        print(f"ok 1 {name}")
    except AssertionError as error:
        print(f"not ok 1 {name}")
        print("\n".join(f"# {line}" for line in str(error).splitlines()))
        sys.exit(1)
    finally:
        shutil.rmtree(folder)


main()
