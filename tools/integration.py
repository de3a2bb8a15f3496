"""Runs the tests of the deployed template on a copy of the local cloud that is theirs alone (`make integration`).

It has a free port and a dev directory of its own, and is stopped whatever the tests say. What they left to read is in
`.dev/test/`: the functions' logs in `logs/`, the cloud's own in `cloud.log`.
"""

import os
import socket
import subprocess
import sys

from progress import Failure, main, say
from settings import REPOSITORY, TOOLS

DEV = os.path.join(".dev", "test")
# Modules and what else their run is told. One after the other: the second reads the logs that the first left. The tests
# of the first mostly wait for deadlines, so many of them go beside each other.
MODULES = {"deployed::": ["--test-threads", "16"], "privacy::": ["--test-threads", "4"]}
BROWSER_TESTS = REPOSITORY / "tests" / "browser"


def free_port():
    """A port that nothing listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def tool(name, environment):
    """Runs another of these tools."""
    return subprocess.run([sys.executable, REPOSITORY / "tools" / name], env=environment, check=False).returncode


def dotenv(path):
    """The settings in a file that `up.py` wrote."""
    lines = path.read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def integration():
    """Starts, tests, stops."""
    environment = os.environ | {"WAITLIST_PORT": str(free_port()), "WAITLIST_DEV_DIR": DEV}
    tool("down.py", environment)  # what an interrupted run may have left
    try:
        if tool("up.py", environment) != 0:
            raise Failure("The private copy of the local cloud did not come up.")
        tested = environment | dotenv(REPOSITORY / DEV / "env")
        for module, arguments in MODULES.items():
            command = ["cargo", "test", "--locked", "--workspace", "--test", "main", "--", module, *arguments]
            if subprocess.run(command, cwd=REPOSITORY, env=tested, check=False).returncode != 0:
                raise Failure(f"Tests failed ({module}). The functions' logs: {DEV}/logs/; the cloud's: {DEV}/cloud.log")
        command = [os.environ["WAITLIST_NODE"], BROWSER_TESTS / "node_modules" / "@playwright" / "test" / "cli.js", "test"]
        if subprocess.run(command, cwd=BROWSER_TESTS, env=tested, check=False).returncode != 0:
            raise Failure(f"The pages fail in a browser. The functions' logs: {DEV}/logs/")
        # Last, for it leaves all kinds of events and entries behind.
        command = [TOOLS / "openapi" / "bin" / "python", REPOSITORY / "tools" / "openapi.py", "drive"]
        if subprocess.run(command, cwd=REPOSITORY, env=tested, check=False).returncode != 0:
            raise Failure(f"The deployed API is not as openapi.json says. The functions' logs: {DEV}/logs/")
    finally:
        tool("down.py", environment)
    say("The deployed template passed.")


if __name__ == "__main__":
    main(integration)
