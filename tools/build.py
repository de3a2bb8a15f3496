"""Builds the functions with the dev profile and lays them out as `sam build` would.

`sam build` makes release binaries, in minutes; for the local cloud the dev profile does, in seconds. What comes out is
`<dev directory>/build/`: `template.yaml`, the repository's own save that each `CodeUri` names an archive, and the
archives. An unchanged binary keeps its archive, byte for byte, so a deployment leaves its function alone.
"""

import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import zipfile

from progress import Failure, say, step
from settings import BUILD, REPOSITORY

# Of each function: the package that it is built from, and the binary.
FUNCTION = re.compile(
    r"BuildProperties: \{Binary: (?P<name>[a-z-]+)\}\}\n +Properties:\n(?P<indent> +)CodeUri: (?P<package>functions/[a-z-]+)/$",
    re.MULTILINE,
)


def template():
    """The text of the repository's template."""
    return (REPOSITORY / "template.yaml").read_text(encoding="utf-8")


def function_names():
    """The functions that the template deploys."""
    return [match["name"] for match in FUNCTION.finditer(template())]


def workspace():
    """What cargo says of the workspace: its packages, and where it puts what it builds."""
    command = ["cargo", "metadata", "--locked", "--no-deps", "--format-version", "1"]
    return json.loads(subprocess.check_output(command, cwd=REPOSITORY))


def target_directory():
    """Where cargo puts what it builds."""
    return pathlib.Path(workspace()["target_directory"])


def compile_functions():
    """Builds every function of the workspace; cargo shows its own progress.

    With the features that the tests ask for (tests/features), so that both share what is built. What is released is built
    without them.
    """
    say("Building the functions (the first time takes minutes) ...")
    command = ["cargo", "build", "--locked", "--workspace", "--exclude", "waitlist-tests", "--bins"]
    if subprocess.run(command, cwd=REPOSITORY, check=False).returncode != 0:
        raise Failure("The functions do not build; cargo says above what to mend.")


def archive(name, binary):
    """Zips a function's binary as Lambda wants it, unless that is done."""
    path = BUILD / f"{name}.zip"
    built = binary.stat().st_mtime
    if path.exists() and path.stat().st_mtime == built:
        return
    entry = zipfile.ZipInfo("bootstrap", date_time=(1980, 1, 1, 0, 0, 0))
    entry.external_attr = 0o755 << 16
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(entry, binary.read_bytes(), compress_type=zipfile.ZIP_DEFLATED, compresslevel=1)
    os.utime(path, (built, built))


def as_archive(function):
    """The lines of a function in the template, with its archive in the place of its package."""
    return function[0].replace(f"{function['package']}/", f"{function['name']}.zip")


def build():
    """Builds, and returns the path of the template to deploy."""
    compile_functions()
    directory = target_directory() / "debug"
    BUILD.mkdir(parents=True, exist_ok=True)
    with step("Packing the functions"):
        binaries = {name: directory / name for name in function_names()}
        for name, binary in binaries.items():
            if not binary.exists():
                raise Failure(f"template.yaml names a binary {name}, but the workspace builds none.")
        # Compressing releases Python's lock, so threads use all processors.
        with concurrent.futures.ThreadPoolExecutor() as pool:
            list(pool.map(archive, binaries.keys(), binaries.values()))
    built = BUILD / "template.yaml"
    built.write_text(FUNCTION.sub(as_archive, template()), encoding="utf-8")
    return built
