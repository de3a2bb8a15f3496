"""Builds every function as it is released (but for this machine's processor) and lists the sizes (`make sizes`)."""

import subprocess

from build import function_names, target_directory, workspace
from progress import Failure, main, say
from settings import REPOSITORY

LIMIT = 6_000_000  # bytes


def sizes():
    """Fails if a binary is above the limit."""
    names = sorted(function_names())
    packages = sorted(
        package["name"]
        for package in workspace()["packages"]
        if any("bin" in target["kind"] and target["name"] in names for target in package["targets"])
    )
    for position, package in enumerate(packages, 1):
        say(f"Building {package} for release, {position} of {len(packages)} (minutes each, the first time) ...")
        # A package at a time: built together, each would have the features that any of them asks for.
        command = ["cargo", "build", "--locked", "--release", "--quiet", "--package", package, "--bins"]
        if subprocess.run(command, cwd=REPOSITORY, check=False).returncode != 0:
            raise Failure("The release build failed; cargo says above what to mend.")
    directory = target_directory() / "release"
    found = {name: (directory / name).stat().st_size for name in names}
    for name, size in found.items():
        say(f"{name:<22}{size / 1e6:6.2f} MB{'   TOO LARGE' if size > LIMIT else ''}")
    if max(found.values()) > LIMIT:
        raise Failure(f"A function is larger than {LIMIT / 1e6:.0f} MB: which dependency brought it? `cargo tree` tells.")


if __name__ == "__main__":
    main(sizes)
