#!/usr/bin/env python3
"""Kills `pawl freeze`, `pawl ratchet` and the pre-commit hook at every system call (B, DESIGN: Failure).

A first run under strace lists the calls; then each run is killed on entering one of them. After each the baseline in
the working tree, and what is staged of it, are the old bytes or the new ones, and the same command run once more does what
it should. Prints TAP.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("PAWL_BIN", ROOT / "build/bin"))
BASELINE = ".pawl/baseline"


class World:
    def __init__(self, folder):
        home = folder / "home"
        home.mkdir()
        (home / ".gitconfig").write_text("[user]\nname = A\nemail = a@example.com\n[init]\ndefaultBranch = main\n")
        self.environment = {"PATH": f"{BIN}:{os.environ['PATH']}", "HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1",
                            "ASAN_OPTIONS": "abort_on_error=1:detect_leaks=0"}  # which strace does not let it do
        self.work = folder / "work"
        self.work.mkdir()
        self.saved = folder / "saved"
        self.trace = folder / "trace"
        self.run("git", "init", "-q", "--template=")
        self.write(".pawl/config.ini", "[pawl]\nroots = src\n[facade mono.models]\n")
        self.write("src/mono/models/__init__.py", "from mono.models.user import *\n")
        self.write("src/mono/models/user.py", "class User: pass\n")
        for name in "abc":
            self.write(f"src/mono/{name}.py", "from mono.models import User\n")
        self.run("git", "add", "-A")
        self.run("pawl", "freeze")
        self.run("git", "add", "-A")
        self.run("git", "commit", "-q", "-m", "Freeze")

    def run(self, *command, check=True):
        done = subprocess.run(command, cwd=self.work, env=self.environment, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        assert not check or done.returncode == 0, (command, done.returncode, done.stdout)
        return done

    def write(self, path, text):
        (self.work / path).parent.mkdir(parents=True, exist_ok=True)
        (self.work / path).write_text(text)

    def save(self):
        shutil.rmtree(self.saved, ignore_errors=True)
        shutil.copytree(self.work, self.saved, symlinks=True)

    def restore(self):
        shutil.rmtree(self.work / ".pawl")
        shutil.copytree(self.saved / ".pawl", self.work / ".pawl")
        shutil.copy2(self.saved / ".git/index", self.work / ".git/index")

    def baseline(self):
        path = self.work / BASELINE
        return path.read_bytes() if path.exists() else None

    def staged(self):
        done = self.run("git", "show", f":{BASELINE}", check=False)
        return done.stdout if done.returncode == 0 else None

    def settle(self):
        """A child of the killed program may still be at work on the index."""
        for _ in range(200):
            if not (self.work / ".git/index.lock").exists():
                return
            time.sleep(0.01)
        raise AssertionError("index.lock stays")

    def calls(self, command):
        """Every system call of a run, as its name and how often it came before."""
        self.run("strace", "-o", str(self.trace), *command)
        seen, calls = {}, []
        for line in self.trace.read_text(errors="replace").splitlines():
            name = re.match(r"(\w+)\(", line)
            if name and name[1] not in ("exit_group", "execve"):
                seen[name[1]] = seen.get(name[1], 0) + 1
                calls.append((name[1], seen[name[1]]))
        return calls


def kill_everywhere(world, command):
    """How many kills; raises AssertionError where one leaves something else."""
    world.save()
    old = world.baseline(), world.staged()
    calls = world.calls(command)
    world.settle()
    new = world.baseline(), world.staged()
    assert old != new, "the command changes nothing"
    kills = 0
    for name, count in calls:
        world.restore()
        done = world.run("strace", "-o", os.devnull, "-e", f"inject={name}:signal=KILL:when={count}", *command,
                         check=False)
        kills += done.returncode not in (0, 1, 2, 3)
        world.settle()
        for what, now, was, will in zip(("file", "staged"), (world.baseline(), world.staged()), old, new):
            assert now in (was, will), f"killed at {name} {count}: {what} is neither old nor new: {now!r}"
        world.run(*command)
        world.settle()
        assert (world.baseline(), world.staged()) == new, f"killed at {name} {count}: the next run does not finish"
    assert kills > len(calls) * 0.9, f"only {kills} of {len(calls)} runs were killed"
    return kills


def freeze_first(world):
    (world.work / BASELINE).unlink()
    return ["pawl", "freeze"]


def freeze_grow(world):
    world.write("src/mono/d.py", "from mono.models import User\n")
    world.run("git", "add", "-A")
    return ["pawl", "freeze", "--grow"]


def ratchet(world):
    world.write("src/mono/a.py", "")
    return ["pawl", "ratchet"]


def pre_commit(world):
    world.write("src/mono/a.py", "")
    world.run("git", "add", "-A")
    return ["pawl-pre-commit"]


def main():
    cases = {"pawl freeze, the first one": freeze_first, "pawl freeze --grow": freeze_grow, "pawl ratchet": ratchet,
             "pawl-pre-commit": pre_commit}
    print(f"1..{len(cases)}", flush=True)
    if not shutil.which("strace"):
        for number in range(len(cases)):
            print(f"ok {number + 1} # SKIP no strace")
        return
    failed = False
    for number, (name, prepare) in enumerate(cases.items(), 1):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="pawl-kills-"))
        try:
            world = World(folder)
            kills = kill_everywhere(world, prepare(world))
            print(f"ok {number} {name}: killed {kills} times, the baseline old or new each time", flush=True)
        except AssertionError as error:
            failed = True
            print(f"not ok {number} {name}\n# {error}", flush=True)
        finally:
            shutil.rmtree(folder)
    sys.exit(failed)


main()
