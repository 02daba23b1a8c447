#!/usr/bin/env python3
"""Differential test: the skim with its ranges against the whole parse. Prints TAP.

Over the corpus, a part of the standard library, and mutated texts of both; SKIM_MUTATIONS says how many (100000
for a long run), SKIM_SEED which. A text on which they differ is kept beside the log.
"""
import glob
import os
import subprocess
import sys
import sysconfig
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
MUTATIONS = os.environ.get("SKIM_MUTATIONS", "3000")
SEED = os.environ.get("SKIM_SEED", "20220712")


def main():
    tool = os.path.abspath(os.path.join(os.environ.get("PAWL_BUILD", "build"), "tests", "fuzz_imports"))
    corpus = sorted(glob.glob(os.path.join(HERE, os.pardir, "corpus", "*.py")))
    library = sorted(glob.glob(os.path.join(sysconfig.get_path("stdlib"), "*.py")))
    runs = [("every text of the corpus", corpus, "0"), ("the standard library", library, "0"),
            (f"{MUTATIONS} mutated texts, seed {SEED}", corpus + library[::4], MUTATIONS)]
    folder = tempfile.mkdtemp(prefix="pawl-skim-")
    failed = 0
    print(f"1..{len(runs)}")
    for number, (name, paths, mutations) in enumerate(runs, 1):
        paths = map(os.path.abspath, paths)
        run = subprocess.run([tool, "--mutations", mutations, "--seed", SEED], input="\n".join(paths) + "\n",
                             stdout=subprocess.PIPE, encoding="utf-8", cwd=folder)
        failed += run.returncode != 0
        print(f"{'not ok' if run.returncode else 'ok'} {number} - skim and whole parse agree on {name}")
        print("#", run.stdout.strip())
        if run.returncode:
            print("# kept in", folder)
    if not failed:
        os.rmdir(folder)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
