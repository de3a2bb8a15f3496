"""Where things are and which ports they take. Everything can be set from the environment:

WAITLIST_PORT       port of the local cloud (4566)
WAITLIST_DEV_DIR    directory for what one copy of it leaves behind (.dev)
"""

import os
import pathlib
import sys

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent
TOOLS = REPOSITORY / ".tools"
SAM_PYTHON = TOOLS / "sam" / "bin" / "python"
SAM = TOOLS / "sam" / "bin" / "sam"
LOCAL_PYTHON = TOOLS / "local" / "bin" / "python"

DEV = (REPOSITORY / (os.environ.get("WAITLIST_DEV_DIR") or ".dev")).resolve()
BUILD = DEV / "build"
LOGS = DEV / "logs"
ENVIRONMENT_FILE = DEV / "env"
PROCESS_FILE = DEV / "cloud.pid"

try:
    PORT = int(os.environ.get("WAITLIST_PORT") or "4566")
except ValueError:
    sys.exit("WAITLIST_PORT must be a number, such as 4567.")
ENDPOINT = f"http://127.0.0.1:{PORT}"
REGION = "us-east-1"
STACK = "waitlist"

# What every AWS client needs in order to talk to the local cloud, and to nothing else.
AWS_ENVIRONMENT = {
    "AWS_ENDPOINT_URL": ENDPOINT,
    "AWS_REGION": REGION,
    "AWS_DEFAULT_REGION": REGION,
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_EC2_METADATA_DISABLED": "true",
}


def aws_process_environment():
    """The environment of a child process that may reach the local cloud only."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return environment | AWS_ENVIRONMENT | {"SAM_CLI_TELEMETRY": "0", "SAM_CLI_POLL_DELAY": "0.2"}
