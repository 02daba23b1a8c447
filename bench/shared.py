"""What bench/run and bench/peers/run share: a stopwatch, repositories to push to, and the machine's name."""

import collections
import datetime
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BIN = os.path.join(os.path.dirname(HERE), "build", "bin")
HOOK = os.path.join(BIN, "pawl-pre-receive")
PAWL = os.path.join(BIN, "pawl")
SKIM = os.path.join(os.path.dirname(BIN), "bench", "skim")
SIZES = {2: 1.5, 8: 2, 49: 3, 1000: 10}

# `before` is the argv of what is run in the folder ahead of each run, and not timed; `more`: of the environment.
Command = collections.namedtuple("Command", "argv folder stdin exit before more", defaults=("", 0, (), ()))
PEAK = """
import posix, sys
process = posix.posix_spawn(sys.argv[1], sys.argv[1:], posix.environ)
print(posix.wait4(process, 0)[2].ru_maxrss)
"""
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "LC_ALL": "C.UTF-8",
}


def git(folder, *arguments):
    return subprocess.run(
        ["git", "-C", folder, *arguments], check=True, capture_output=True, text=True, env=ENVIRONMENT
    ).stdout.strip()


class Stopwatch:
    def __init__(self, runs, scratch):
        self.runs = runs
        self.stdin = os.path.join(scratch, "stdin")

    def once(self, command):
        """Seconds of one run, from the spawn to the reaped process."""
        with open(self.stdin, "w") as file:
            file.write(command.stdin)
        os.chdir(command.folder)
        if command.before:
            subprocess.run(command.before, check=True, capture_output=True, env=ENVIRONMENT)
        actions = [
            (os.POSIX_SPAWN_OPEN, 0, self.stdin, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        ]
        start = time.perf_counter()
        process = os.posix_spawnp(command.argv[0], command.argv, self.environment(command), file_actions=actions)
        _, status = os.waitpid(process, 0)
        seconds = time.perf_counter() - start
        code = os.waitstatus_to_exitcode(status)
        if code != command.exit:
            sys.exit(f"bench: {' '.join(command.argv)} in {command.folder} gave {code}, not {command.exit}")
        return seconds

    def peak(self, command):
        """KiB. A process begins with its parent's peak, so that the parent is one that has imported nothing."""
        with open(self.stdin, "w") as file:
            file.write(command.stdin)
        child = [sys.executable, "-I", "-S", "-c", PEAK, *command.argv]
        with open(self.stdin) as stdin:
            result = subprocess.run(
                child, cwd=command.folder, stdin=stdin, capture_output=True, env=self.environment(command), check=True
            )
        return int(result.stdout.split()[-1])

    @staticmethod
    def environment(command):
        bare = os.path.exists(os.path.join(command.folder, "packed-refs"))
        return {**ENVIRONMENT, **({"GIT_DIR": "."} if bare else {}), **dict(command.more)}

    def median(self, command):
        return statistics.median([self.once(command) for _ in range(1 + self.runs)][1:])

    def pair(self, a, b, runs=None, warm=False):
        """Medians of both, and of the ratios of neighbours; after a pair that does not count, unless they are warm."""
        first = 0 if warm else 1
        times = [(self.once(a), self.once(b)) for _ in range(first + (runs or self.runs))][first:]
        medians = (statistics.median(x for x, _ in times), statistics.median(y for _, y in times))
        return (*medians, statistics.median(x / y for x, y in times))


def push(repository, old, new, ref="refs/heads/main", code=0):
    return Command([HOOK], repository, f"{old} {new} {ref}\n", code)


def generate(folder, **settings):
    options = [f"--{name}={value}" for name, value in settings.items()]
    subprocess.run([os.path.join(HERE, "generate"), *options, folder], check=True, env=ENVIRONMENT)
    with open(os.path.join(folder, "pushes.json")) as file:
        return git(folder, "rev-parse", "main"), json.load(file)


def quarantined(folder, commits):
    """Moves what only those commits need to where git keeps the objects of a push that hooks have not accepted yet; gives
    the environment that it then calls them in, for each commit (receive-pack, tmp-objdir.c)."""
    objects = os.path.abspath(os.path.join(folder, "objects"))
    environments = []
    for commit in commits:
        quarantine = os.path.join(objects, f"tmp_objdir-incoming-{commit[:6]}")
        new = git(folder, "rev-list", "--objects", commit, "--not", "--all")
        ids = "".join(line.split()[0] + "\n" for line in new.splitlines())
        os.makedirs(os.path.join(quarantine, "pack"))
        pack = ["git", "-C", folder, "pack-objects", "-q", os.path.join(quarantine, "pack", "pack")]
        subprocess.run(pack, input=ids, text=True, check=True, capture_output=True, env=ENVIRONMENT)
        environments.append(
            {
                "GIT_OBJECT_DIRECTORY": quarantine,
                "GIT_ALTERNATE_OBJECT_DIRECTORIES": objects,
                "GIT_QUARANTINE_PATH": quarantine,
            }
        )
    git(folder, "repack", "-a", "-d", "-q")
    return environments


def commits_of_sizes(repository):
    """For each size, the commit of one parent that changes the number of Python files nearest to it."""
    log = git(repository, "log", "--no-merges", "--max-count=20000", "--format=%x00%H", "--name-only", "--", "*.py")
    counts = {}
    for entry in log.split("\0")[1:]:
        lines = entry.split("\n")
        counts[lines[0]] = sum(1 for line in lines[1:] if line)
    return {str(size): min(counts, key=lambda commit: abs(counts[commit] - size)) for size in SIZES}


def borrowed(repository, config, scratch):
    """A bare repository that has REPO's objects and main at the parent of the commit pushed."""
    folder = os.path.join(scratch, "borrowed")
    subprocess.run(["git", "init", "-q", "--bare", folder], check=True, env=ENVIRONMENT)
    objects = git(repository, "rev-parse", "--path-format=absolute", "--git-path", "objects")
    with open(os.path.join(folder, "objects/info/alternates"), "w") as file:
        file.write(objects + "\n")
    os.makedirs(os.path.join(folder, "pawl"))
    shutil.copy(config, os.path.join(folder, "pawl/config.ini"))
    return folder


def machine():
    with open("/proc/cpuinfo") as file:
        model = next(line.split(":")[1].strip() for line in file if line.startswith("model name"))
    versions = [subprocess.run([PAWL, "--version"], capture_output=True, text=True).stdout.split("\n")[0]]
    versions.append(subprocess.run(["git", "--version"], capture_output=True, text=True).stdout.strip())
    versions.append(f"Python {platform.python_version()}")
    today = datetime.date.today().isoformat()
    return f"{model}, {os.cpu_count()} processors; {', '.join(versions)}; {today}"
