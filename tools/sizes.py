"""Builds every function as it is released (but for this machine's processor) and lists the sizes (`make sizes`)."""

import subprocess

from build import function_names, target_directory
from progress import Failure, main, say
from settings import REPOSITORY

LIMIT = 6_000_000  # bytes


def sizes():
    """Fails if a binary is above the limit."""
    names = sorted(function_names())
    for position, name in enumerate(names, 1):
        say(f"Building {name} for release, {position} of {len(names)} (a minute or so each, the first time) ...")
        # One at a time, as `sam build` does: built together, each would have the features that any of them asks for.
        if subprocess.run(["cargo", "build", "--locked", "--release", "--quiet", "--bin", name], cwd=REPOSITORY, check=False).returncode != 0:
            raise Failure("The release build failed; cargo says above what to mend.")
    directory = target_directory() / "release"
    found = {name: (directory / name).stat().st_size for name in names}
    for name, size in found.items():
        say(f"{name:<22}{size / 1e6:6.2f} MB{'   TOO LARGE' if size > LIMIT else ''}")
    if max(found.values()) > LIMIT:
        raise Failure(f"A function is larger than {LIMIT / 1e6:.0f} MB: which dependency brought it? `cargo tree` tells.")


if __name__ == "__main__":
    main(sizes)
