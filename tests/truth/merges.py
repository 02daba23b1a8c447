#!/usr/bin/env python3
"""Random branches that all fix uses, joined by real git with pawl's merge driver (SEMANTICS: B3).

Fifty branches off one trunk fix the same uses, rename the same files and drop adjacent lines of the baseline; each
is joined by `git merge`, `git rebase` or `git cherry-pick`. Git must never stop, the baseline must never list less than
the tree needs, and after `pawl ratchet` it must be what a fresh freeze writes. Prints TAP; PAWL_SEED repeats a run.
"""

import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("PAWL_BIN", ROOT / "build/bin"))
BRANCHES = int(os.environ.get("PAWL_BRANCHES", "50"))
NAMES = ("Group", "User")
FILES = [f"src/mono/{folder}{name}.py" for folder in ("", "api/", "web/") for name in "abcdefgh"]


class World:
    def __init__(self, folder):
        self.folder = folder
        home = folder / "home"
        home.mkdir()
        (home / ".gitconfig").write_text(
            "[user]\nname = A\nemail = a@example.com\n[init]\ndefaultBranch = main\n"
            "[merge \"pawl-baseline\"]\nname = pawl\ndriver = pawl merge-baseline %O %A %B\n"
        )
        self.environment = {
            "PATH": f"{BIN}:{os.environ['PATH']}", "HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8"
        }
        self.work = folder / "work"
        self.work.mkdir()
        self.git("init", "-q", "--template=")
        self.write(".pawl/config.ini", "[pawl]\nroots = src\n\n[facade mono.models]\n")
        self.write(".gitattributes", ".pawl/baseline merge=pawl-baseline\n")
        self.write("src/mono/models/__init__.py", "".join(f"from mono.models.{n.lower()} import *\n" for n in NAMES))
        for name in NAMES:
            self.write(f"src/mono/models/{name.lower()}.py", f"class {name}: pass\n")
        for path in FILES:
            # Two uses of User: one at the top, one in a function. The body tells files apart when they are renamed.
            body = "".join(f"{path.replace('/', '_')[:-3]}_{i} = {i}\n" for i in range(30))
            # Far apart, so that git merges the fixes of one file.
            self.write(path, f"from mono.models import Group\n{body}\nfrom mono.models import User\n{body}\n"
                             "def late():\n    from mono.models import User\n    return User\n")
        self.git("add", "-A")
        self.pawl("freeze")
        self.commit("Freeze")
        self.git("branch", "start")

    def run(self, *arguments, check=True):
        done = subprocess.run(arguments, cwd=self.work, env=self.environment, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        if check and done.returncode:
            raise AssertionError(f"{' '.join(arguments)}: exit {done.returncode}\n{done.stdout}"
                                 f"{self.run('git', 'status', '--short', check=False).stdout}")
        return done

    def git(self, *arguments):
        return self.run("git", *arguments).stdout

    def pawl(self, *arguments):
        return self.run("pawl", *arguments).stdout

    def commit(self, message):
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)

    def write(self, path, text):
        (self.work / path).parent.mkdir(parents=True, exist_ok=True)
        (self.work / path).write_text(text)

    def entries(self, text):
        lines = [line.split("\t") for line in text.splitlines()[1:]]
        return {(path, symbol): int(count) for path, symbol, count in lines}

    def baseline(self):
        return (self.work / ".pawl/baseline").read_text()

    def fresh(self):
        kept = self.baseline()
        (self.work / ".pawl/baseline").unlink()
        self.pawl("freeze")
        fresh = self.baseline()
        self.write(".pawl/baseline", kept)
        return fresh


def fix(text, how):
    if how == "group":
        return text.replace("from mono.models import Group\n", "from mono.models.group import Group\n")
    if how == "top":
        return text.replace("\nfrom mono.models import User\n", "\nfrom mono.models.user import User\n")
    return text.replace("    from mono.models import User\n", "    from mono.models.user import User\n")


def make_branch(world, chance, number, hot):
    """Fixes and renames, most of them of a few files that all branches work on; the baseline ratcheted."""
    world.git("checkout", "-q", "-b", f"topic-{number}", "start")
    moved = False
    for _ in range(chance.randint(1, 4)):
        path = chance.choice(hot if chance.random() < 0.7 else FILES)
        renamed = path.replace("src/mono/", "src/mono/moved/")
        here = path if (world.work / path).exists() else renamed
        if chance.random() < 0.3:
            if here == path:
                (world.work / renamed).parent.mkdir(parents=True, exist_ok=True)
                world.git("mv", path, renamed)
                moved = True
        else:
            world.write(here, fix((world.work / here).read_text(), chance.choice(["group", "top", "late"])))
    world.git("add", "-A")
    if moved or chance.random() < 0.9:  # one fix in ten forgets
        world.pawl("ratchet")
    world.commit(f"Topic {number}")


def join(world, chance, number):
    how = chance.choice(["merge", "rebase", "cherry-pick"])
    topic = f"topic-{number}"
    if how == "rebase":
        world.git("checkout", "-q", topic)
        world.git("rebase", "-q", "main")
        world.git("checkout", "-q", "main")
        world.git("merge", "-q", "--ff-only", topic)
        return how
    world.git("checkout", "-q", "main")
    if how == "merge":
        world.git("merge", "-q", "--no-ff", "-m", f"Merge {topic}", topic)
    else:
        world.git("cherry-pick", "--keep-redundant-commits", topic)
    return how


def check_covers(world):
    has, needs = world.entries(world.baseline()), world.entries(world.fresh())
    for key, count in needs.items():
        assert has.get(key, 0) >= count, f"{key}: the tree needs {count}, the baseline has {has.get(key, 0)}"
    assert "<<<<" not in world.baseline()
    lines = world.baseline().splitlines()[1:]
    assert lines == sorted(lines) and len(set(lines)) == len(lines), "not sorted"
    world.pawl("check", "--all")


def run(folder, seed):
    chance = random.Random(seed)
    world = World(folder)
    hot = chance.sample(FILES, 6)
    for number in range(BRANCHES):
        make_branch(world, chance, number, hot)
    numbers = list(range(BRANCHES))
    chance.shuffle(numbers)
    for number in numbers:
        join(world, chance, number)
        check_covers(world)
        if chance.random() < 0.1:
            world.pawl("ratchet")
            assert world.baseline() == world.fresh(), "after ratchet it is not a fresh freeze"
            world.commit("Ratchet")
    world.pawl("ratchet")
    assert world.baseline() == world.fresh(), "after ratchet it is not a fresh freeze"


def main():
    seed = int(os.environ.get("PAWL_SEED", random.SystemRandom().randrange(1 << 32)))
    print("1..1")
    print(f"# seed {seed}, {BRANCHES} branches", flush=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="pawl-merges-"))
    try:
        run(folder, seed)
        print("ok 1 merges, rebases and cherry-picks of fixes never stop on the baseline, nor lose an entry")
    except AssertionError as error:
        print("not ok 1 merges, rebases and cherry-picks of fixes never stop on the baseline, nor lose an entry")
        print("\n".join(f"# {line}" for line in str(error).splitlines()))
        sys.exit(1)
    finally:
        shutil.rmtree(folder)


main()
