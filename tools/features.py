"""Checks that the functions alone get the same features of each dependency as beside the tests.

Where they do not, cargo builds that dependency twice, with all that depends on it: once for `make up`, once for
`make test`. `tests/features/Cargo.toml` makes them agree.
"""

import subprocess

from progress import Failure, main, say
from settings import REPOSITORY

TREE = ["cargo", "tree", "--locked", "--workspace", "--prefix", "none", "--format", "{p} {f}", "--edges"]


def crates(*selection):
    """Each crate of a build, with its features."""
    output = subprocess.check_output([*TREE, *selection], cwd=REPOSITORY, text=True)
    return {line.removesuffix(" (*)").strip() for line in output.splitlines()}


def features():
    """Compares the two builds."""
    alone = crates("normal,build", "--exclude", "waitlist-tests")
    missing = sorted(alone - crates("normal,build,dev"))
    if missing:
        raise Failure(
            "These have other features in `make up` than in `make test`, and would be built twice:\n"
            + "\n".join(f"    {crate}" for crate in missing)
            + "\nName what brings the features in tests/features/Cargo.toml."
        )
    say("features ok")


if __name__ == "__main__":
    main(features)
