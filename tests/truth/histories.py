#!/usr/bin/env python3
"""Random histories against the real hook, over real pushes (SEMANTICS: P1, P4, P7; the truth behind them).

Each history is a bare repository with pawl-pre-receive and a handful of pushes to it: commits, merges that take
either side of each path, moves, copies, splits, links (T8), reverts, rewinds, force pushes, new and deleted branches. Two
things are checked after each push:

- the trunk's uses per symbol, counted in its tree by CPython's ast, did not rise;
- the verdict is the one that the rules give, worked out here once more from P1, P4 and P7 alone.

Objects are written by this program, so that what a push costs is the push. Prints TAP.
"""

import argparse
import ast
import collections
import hashlib
import os
import pathlib
import posixpath
import random
import shutil
import subprocess
import sys
import tempfile
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
NAMES = ("User", "Group", "Option")
FACADE = "mono.models"
POLICY = f"[pawl]\nroots = src\n\n[facade {FACADE}]\nsurface = frozen\n"
FIXED = {
    ".pawl/config.ini": POLICY,
    "src/mono/__init__.py": "",
    "src/mono/models/__init__.py": "".join(f"from mono.models.{name.lower()} import *\n" for name in NAMES),
    **{f"src/mono/models/{name.lower()}.py": f"class {name}:\n    pass\n" for name in NAMES},
}
PATHS = [f"src/mono/{folder}{name}.py" for folder in ("", "web/", "jobs/") for name in "abcd"]
# What a policy does not read, and a link may lead to.
NOTES = "src/mono/notes.txt"
# A text that begins so is a link, to what follows.
LINK = "-> "
TRUNK = "refs/heads/main"
BRANCHES = [TRUNK, "refs/heads/one", "refs/heads/two", "refs/heads/deep/three"]
UNGOVERNED = "refs/changes/1"
ZERO = "0" * 40


def uses_of(text):
    """The uses in a text by CPython's ast, as a Counter of names."""
    uses = collections.Counter()
    bound = set()
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            for alias in node.names:
                if node.module == FACADE and alias.name in NAMES + ("*",):
                    uses[alias.name] += 1
                elif f"{node.module}.{alias.name}" == FACADE:
                    bound.add(alias.asname or alias.name)
        elif isinstance(node, ast.Import):
            bound.update(alias.asname for alias in node.names if alias.name == FACADE and alias.asname)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id in bound and node.attr in NAMES:
                uses[node.attr] += 1
    return uses


def text_at(files, path):
    """T8: what stands at a path, or where its link leads; None where that is nowhere."""
    for _ in range(8):
        text = files.get(path, FIXED.get(path))
        if text is None or not text.startswith(LINK):
            return text
        path = posixpath.normpath(posixpath.join(posixpath.dirname(path), text.removeprefix(LINK)))
    return None


class Commit:
    def __init__(self, oid, parents, files):
        self.oid, self.parents, self.files = oid, parents, files
        self.ancestors = frozenset({oid}).union(*(parent.ancestors for parent in parents))  # itself, too


class Store:
    """Writes loose objects into a repository and remembers what the commits hold."""

    def __init__(self, git_dir):
        self.objects = git_dir / "objects"
        self.commits = {}
        self.uses = {}
        self.clock = 0

    def write(self, kind, body):
        data = b"%s %d\0%s" % (kind, len(body), body)
        oid = hashlib.sha1(data).hexdigest()
        path = self.objects / oid[:2] / oid[2:]
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(zlib.compress(data, 1))
        return oid

    def tree(self, files):
        entries, folders = [], collections.defaultdict(dict)
        for path, text in files.items():
            name, _, rest = path.partition("/")
            if rest:
                folders[name][rest] = text
            else:
                mode = b"120000" if text.startswith(LINK) else b"100644"
                entries.append((name.encode(), mode, self.write(b"blob", text.removeprefix(LINK).encode())))
        for name, inside in folders.items():
            entries.append((name.encode() + b"/", b"40000", self.tree(inside)))
        return self.write(b"tree", b"".join(
            mode + b" " + name.rstrip(b"/") + b"\0" + bytes.fromhex(oid) for name, mode, oid in sorted(entries)))

    def commit(self, rng, parents, files):
        self.clock += 1
        when = rng.choice((1700000000 + self.clock, 1700000000 - self.clock, 0))  # P11: dates mean nothing
        body = f"tree {self.tree({**FIXED, **files})}\n"
        body += "".join(f"parent {parent.oid}\n" for parent in parents)
        body += f"author A <a@example.com> {when} +0000\ncommitter A <a@example.com> {when} +0000\n\n{self.clock}\n"
        oid = self.write(b"commit", body.encode())
        self.commits[oid] = Commit(oid, parents, files)
        return self.commits[oid]

    def uses_in(self, files):
        """Counter of (path, name)."""
        found = collections.Counter()
        for path in files:
            text = text_at(files, path)
            if text is None or path == NOTES:
                continue
            if text not in self.uses:
                self.uses[text] = uses_of(text)
            for name, count in self.uses[text].items():
                found[path, name] += count
        return found


# ---- what the rules say ----

def bases_of(store, refs, ref, new):
    """P4, with new commits those that no governed ref reaches. Empty: no base at all."""
    old = store.commits.get(refs.get(ref))
    if old and ref == TRUNK:
        return [old]
    accepted = frozenset().union(*(store.commits[oid].ancestors for name, oid in refs.items() if governed(name)))
    candidates = set()
    if new.oid in accepted:
        candidates.add(new.oid)
    for oid in new.ancestors - accepted:
        candidates.update(parent.oid for parent in store.commits[oid].parents if parent.oid in accepted)
    if old:
        candidates -= old.ancestors
    kept = [oid for oid in candidates
            if not any(oid != other and oid in store.commits[other].ancestors for other in candidates)]
    return ([old] if old else []) + [store.commits[oid] for oid in kept]


def governed(ref):
    return ref.startswith("refs/heads/")


def verdict(store, refs, ref, new):
    """True: accept; False: reject; None: the rules leave it open (P7's credit of bases that differ)."""
    if not governed(ref):
        return True
    if new is None:
        return ref != TRUNK  # P5; the trunk is always there, so no other branch is the last
    bases = bases_of(store, refs, ref, new)
    if not bases:
        return False  # P4: every use is new; and R1: so are the facade's stars
    tip = store.uses_in(new.files)
    held = [store.uses_in(base.files) for base in bases]
    fresh = collections.Counter()
    for (path, name), count in tip.items():
        if any(path in base.files for base in bases):
            if count > max(uses[path, name] for uses in held):
                return False
        else:
            fresh[name] += count
    answers = set()
    for pick in (min, max):
        credit = collections.Counter()
        payers = bases[:1] if ref in refs else bases
        for path in set.intersection(*(set(base.files) for base in payers)) - set(new.files):
            for name in NAMES + ("*",):
                credit[name] += pick(uses[path, name] for uses in held[:len(payers)])
        answers.add(all(count <= credit[name] for name, count in fresh.items()))
    return answers.pop() if len(answers) == 1 else None


# ---- what happens in a history ----

def statement(rng, name):
    return rng.choice((
        "from mono.models import {0}\n", "from mono.models import {0} as Alias\n",
        "def f():\n    from mono.models import {0}\n", "import mono.models as m\nm.{0}\n",
        "from mono import models\nmodels.{0}\n",
        "if True: from mono.models import {0}\n", "import os; from mono.models import (\n    {0},\n)\n",
    )).format(name)


def other(rng):
    return rng.choice((
        "import os\n", "from mono.models.user import User\n", "# from mono.models import User\n",
        "'''\nfrom mono.models import Group\n'''\n", "x = 1\n", "from mono import quotas\n",
        "from mono.models import user\n",
    ))


def text_with(rng, names):
    lines = [statement(rng, name) for name in names] + [other(rng) for _ in range(rng.randrange(3))]
    rng.shuffle(lines)
    return "".join(lines)


def without_one(rng, text):
    names = [] if text.startswith(LINK) else list(uses_of(text).elements())
    if not names:
        return text if text.startswith(LINK) else text + other(rng)
    names.pop(rng.randrange(len(names)))
    return text_with(rng, names) if "*" not in names else text


def link(rng, path):
    """From a path to any other, whether there is something or not."""
    target = rng.choice([other for other in PATHS if other != path] + 3 * [NOTES])
    return LINK + posixpath.relpath(target, posixpath.dirname(path))


def place(rng, files, free):
    """A free path; where links lead nowhere, often what they lead to."""
    targets = [posixpath.normpath(posixpath.join(posixpath.dirname(path), text.removeprefix(LINK)))
               for path, text in sorted(files.items()) if text.startswith(LINK)]
    wanted = [path for path in targets if path in free]
    return rng.choice(wanted if wanted and rng.random() < 0.7 else free)


def edit_links(rng, files, free):
    links = [path for path in sorted(files) if files[path].startswith(LINK)]
    if free and (not links or rng.random() < 0.4):
        path = rng.choice(free)
        files[path] = link(rng, path)
    elif links:
        path = rng.choice(links)
        kind = rng.choice(("to", "move", "delete", "text"))
        text = files.pop(path)
        if kind == "to":
            files[path] = link(rng, path)
        elif kind == "move" and free:
            files[rng.choice(free)] = text
        elif kind == "text":
            files[path] = text_at(files, path) or text_with(rng, [])
    return files


def edit(rng, files):
    """One step of work. Harmless ones are the rule, or no history would get anywhere."""
    files = dict(files)
    free = [name for name in PATHS if name not in files]
    if rng.random() < 0.15:
        return edit_links(rng, files, free)
    if rng.random() < 0.05:
        files[NOTES] = text_with(rng, rng.choices(NAMES, k=rng.randrange(3)))
        return files
    texts = [path for path in sorted(files) if not files[path].startswith(LINK) and path != NOTES]
    path = rng.choice(texts) if texts else None
    kind = rng.choices(("touch", "fix", "move", "add", "more", "copy", "delete", "split", "replace", "part"),
                       (6, 5, 4, 2, 2, 1, 2, 1, 1, 1))[0]
    if path is None or (kind == "add" and free):
        files[place(rng, files, free)] = text_with(rng, rng.choices(NAMES, k=rng.randrange(2)))
    elif kind == "touch":
        files[path] = rng.choice((files[path] + other(rng), "# moved down\n\n" + files[path]))
    elif kind == "fix":
        files[path] = without_one(rng, files[path])
    elif kind == "move" and free:
        target = place(rng, files, free)
        files[target] = files.pop(path)
        if rng.random() < 0.3:
            files[target] += statement(rng, rng.choice(NAMES)) if rng.random() < 0.3 else other(rng)
    elif kind == "more":
        files[path] += statement(rng, rng.choice(NAMES)) if rng.random() < 0.9 else "from mono.models import *\n"
    elif kind == "copy" and free:
        files[rng.choice(free)] = files[path]
    elif kind == "delete" and len(files) > 3:
        del files[path]
    elif kind in ("split", "part") and len(free) > 1:
        names = list(uses_of(files[path]).elements())
        if "*" in names:
            return files
        cut = rng.randrange(len(names) + 1)
        one, two = rng.sample(free, 2)
        files[one] = text_with(rng, names[:cut])
        if kind == "part":
            files[path] = text_with(rng, names[cut:])
        else:
            files[two] = text_with(rng, names[cut:])
            del files[path]
    elif kind == "replace":
        names = list(uses_of(files[path]).elements())
        if names and "*" not in names:
            names[0] = rng.choice(NAMES)
            files[path] = text_with(rng, names)
    return files


def merged(rng, one, two):
    """The tree of a merge: each path from either side, from one side alone (`-s ours`) to half and half."""
    files = {}
    bias = rng.choice((0.0, 0.1, 0.5, 0.9, 1.0))
    for path in sorted(set(one.files) | set(two.files)):
        side = one if rng.random() >= bias else two
        if path in side.files:
            files[path] = side.files[path]
    return files


def next_push(rng, store, refs):
    """(ref, new commit or None, forced) of a push."""
    tips = [store.commits[oid] for oid in refs.values()]
    ref = TRUNK if rng.random() < 0.45 else rng.choice(BRANCHES[1:])
    old = store.commits.get(refs.get(ref))
    kind = rng.choices(("work", "merge", "rewind", "revert", "jump", "delete", "change", "orphan"),
                       (10, 5, 1.5, 2, 1.5, 1, 1, 0.3))[0]
    tip = old or rng.choice(tips)
    if kind == "delete" and old:
        return ref, None
    if kind == "merge":
        another = rng.choice(tips + list(store.commits.values()))
        if another is not tip:
            tip = store.commit(rng, [tip, another], merged(rng, tip, another))
            if rng.random() < 0.2:
                tip = store.commit(rng, [tip], edit(rng, tip.files))
            return ref, tip
    if kind == "rewind":
        return ref, store.commits[rng.choice(sorted(tip.ancestors))]
    if kind == "jump":
        tip = rng.choice(list(store.commits.values()))
        return ref, store.commit(rng, [tip], edit(rng, tip.files)) if rng.random() < 0.7 else tip
    if kind == "revert" and tip.parents:
        parent = tip.parents[0]
        files = dict(tip.files)
        for path in set(parent.files) | set(tip.files):
            if parent.files.get(path) != tip.files.get(path):
                files.pop(path, None)
                if path in parent.files:
                    files[path] = parent.files[path]
        return ref, store.commit(rng, [tip], files)
    if kind == "orphan":
        return ref, store.commit(rng, [], dict(tip.files) if rng.random() < 0.5 else {})
    if kind == "change":
        ref = UNGOVERNED
        tip = rng.choice(tips)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        tip = store.commit(rng, [tip], edit(rng, tip.files))
    return ref, tip


class History:
    def __init__(self, template, folder, rng):
        shutil.copytree(template, folder, symlinks=True)
        self.rng, self.work, self.server = rng, folder / "work.git", folder / "server.git"
        self.store = Store(self.work)
        self.refs = {}
        self.log = []

    def push(self, updates):
        """Really pushes; True where it was accepted."""
        specs = [f"+{new.oid if new else ''}:{ref}" for ref, new in updates]
        answer = subprocess.run(["git", "-C", self.work, "push", "-q", f"file://{self.server}", *specs],
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
        self.said = answer.stdout
        return answer.returncode == 0

    def server_ref(self, ref):
        path = self.server / ref
        return path.read_text().strip() if path.exists() else None

    def trunk_uses(self):
        """Per symbol, from the tree that the server's trunk points at, read by git."""
        uses = collections.Counter()
        for (_, name), count in self.store.uses_in(self.store.commits[self.server_ref(TRUNK)].files).items():
            uses[name] += count
        return uses

    def start(self):
        files = {path: text_with(self.rng, self.rng.choices(NAMES, k=self.rng.randrange(4)))
                 for path in self.rng.sample(PATHS, 6)}
        first = self.store.commit(self.rng, [], files)
        assert self.push([(TRUNK, first)]), f"the first push is the freeze: {self.said}"
        self.refs[TRUNK] = first.oid

    def step(self):
        """One push of one or two refs. A complaint, or None; and whether it was accepted (None: not pushed)."""
        updates = {}
        for _ in range(1 if self.rng.random() < 0.85 else 2):
            ref, new = next_push(self.rng, self.store, self.refs)
            if (new.oid if new else None) != self.refs.get(ref):
                updates[ref] = new
        if not updates:
            return None, None
        before = self.trunk_uses()
        expected = [verdict(self.store, self.refs, ref, new) for ref, new in updates.items()]
        accepted = self.push(updates.items())
        said = f"{'accepted' if accepted else 'rejected'}: " + ", ".join(
            f"{ref} {self.refs.get(ref, ZERO)[:10]}..{new.oid[:10] if new else 'none'}" for ref, new in updates.items())
        self.log.append(said)
        for ref, new in updates.items():
            should = (new.oid if new else None) if accepted else self.refs.get(ref)
            if self.server_ref(ref) != should:
                return f"{ref} is not where the push left it ({said})", accepted
        if accepted:
            for ref, new in updates.items():
                if new:
                    self.refs[ref] = new.oid
                else:
                    self.refs.pop(ref, None)
            after = self.trunk_uses()
            if any(after[name] > before[name] for name in after):
                return f"the trunk's uses rose from {dict(before)} to {dict(after)} ({said})", accepted
        elif "pawl: " not in self.said:
            return f"rejected without a word ({said}): {self.said}", accepted
        if False in expected and accepted:
            return f"accepted, but the rules reject ({said})", accepted
        if None not in expected and False not in expected and not accepted:
            return f"rejected, but the rules accept ({said})\n{self.said}", accepted
        return None, accepted


def environment(folder):
    for name in list(os.environ):
        if name.startswith(("GIT_", "PAWL_")):
            del os.environ[name]
    config = folder / "gitconfig"
    config.write_text("[gc]\n\tauto = 0\n[receive]\n\tautogc = false\n\tdenyDeleteCurrent = ignore\n"
                      "[protocol \"file\"]\n\tallow = always\n")
    os.environ.update(HOME=str(folder), GIT_CONFIG_NOSYSTEM="1", GIT_CONFIG_GLOBAL=str(config))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--histories", type=int, default=300)
    parser.add_argument("--pushes", type=int, default=7, help="pushes in each")
    parser.add_argument("--seed", type=int,
                        default=int(os.environ.get("PAWL_SEED", random.randrange(1 << 32))))
    parser.add_argument("--only", type=int, help="this history alone")
    parser.add_argument("--hook", default=os.path.join(os.environ.get("PAWL_BIN", ROOT / "build/bin"), "pawl-pre-receive"))
    parser.add_argument("--keep", action="store_true", help="keep the folder of a history that failed")
    options = parser.parse_args()
    print(f"# seed {options.seed}: rerun with --seed {options.seed}", flush=True)
    counts = collections.Counter()
    failures = []
    with tempfile.TemporaryDirectory(prefix="pawl-histories.") as name:
        folder = pathlib.Path(name)
        environment(folder)
        template = folder / "template"
        for repository in ("server.git", "work.git"):
            subprocess.run(["git", "init", "-q", "--bare", "--template=", "-b", "main", template / repository], check=True)
        (template / "server.git/hooks").mkdir()
        (template / "server.git/hooks/pre-receive").symlink_to(pathlib.Path(options.hook).resolve())
        for number in range(options.histories) if options.only is None else [options.only]:
            history = History(template, folder / str(number), random.Random(f"{options.seed}/{number}"))
            history.start()
            for _ in range(options.pushes):
                complaint, accepted = history.step()
                if accepted is not None:
                    counts["accepted" if accepted else "rejected"] += 1
                if complaint:
                    failures.append((number, complaint, history.log))
                    break
            if options.keep and failures and failures[-1][0] == number:
                print(f"# kept: {shutil.move(folder / str(number), tempfile.mkdtemp(prefix='pawl-history.'))}")
            else:
                shutil.rmtree(folder / str(number))
    pushes = sum(counts.values())
    print(f"# {options.histories} histories, {pushes} pushes: {counts['accepted']} accepted, {counts['rejected']} rejected")
    for number, complaint, log in failures[:10]:
        print(f"# history {number} (--seed {options.seed} --only {number}): {complaint}".replace("\n", "\n#   "))
        for line in log:
            print(f"#   {line}")
    print("1..2")
    print(f"{'not ' if failures else ''}ok 1 - P1 P4 P7: over {options.histories} random histories the trunk's uses never "
          f"rise, and each verdict is the rules' ({len(failures)} wrong)")
    balanced = min(counts["accepted"], counts["rejected"]) * 10 >= pushes > 0
    if options.only is not None:
        balanced = True
    print(f"{'' if balanced else 'not '}ok 2 - of the pushes at least a tenth is accepted, and at least a tenth rejected")
    return 0 if not failures and balanced else 1


if __name__ == "__main__":
    sys.exit(main())
