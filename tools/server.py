"""Starts and stops the local cloud in the background."""

import os
import pathlib
import signal
import subprocess
import time
import urllib.error
import urllib.request

from progress import Failure, step
from settings import DEV, ENDPOINT, LOCAL_PYTHON, LOGS, PORT, PROCESS_FILE, REPOSITORY, aws_process_environment

PATIENCE = 60  # seconds


def answers():
    """Whether a MiniStack answers at our port."""
    try:
        with urllib.request.urlopen(f"{ENDPOINT}/_ministack/health", timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def process():
    """The id of the cloud that was started from this dev directory, if it still runs."""
    try:
        identifier = int(PROCESS_FILE.read_text())
    except (FileNotFoundError, ValueError):
        return None
    reap(identifier)
    # A process id may since have passed to another program: only one that runs cloud.py is ours.
    return identifier if "cloud.py" in command_line(identifier) else None


def command_line(identifier):
    """What a process was started as; nothing where there is no such process. Linux tells it without `ps`, which slim images lack."""
    if pathlib.Path("/proc/self/cmdline").exists():
        try:
            return pathlib.Path(f"/proc/{identifier}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            return ""
    return subprocess.run(["ps", "-o", "command=", "-p", str(identifier)], capture_output=True, text=True, check=False).stdout


def start():
    """Starts the cloud and returns when it answers; leaves one that already runs alone. Returns whether it is new."""
    if process() is not None:
        if not answers():
            raise Failure(f"The local cloud runs but does not answer at {ENDPOINT}. `make down` stops it.")
        return False
    if answers():
        raise Failure(f"Port {PORT} is taken by a cloud that was started elsewhere. Choose another: WAITLIST_PORT=4567 make …")
    LOGS.mkdir(parents=True, exist_ok=True)
    for log in LOGS.glob("*.log"):
        log.unlink()
    temporary = DEV / "tmp"
    temporary.mkdir(exist_ok=True)
    environment = aws_process_environment() | {
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(PORT),
        "MINISTACK_WORKER_THREADS": "256",
        "AUTH": "true",  # enforces the template's IAM policies
        "STATE_DIR": str(DEV / "state"),
        "TMPDIR": str(temporary),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "WAITLIST_LOGS": str(LOGS),
    }
    with step("Starting the local cloud"):
        with open(DEV / "cloud.log", "w", encoding="utf-8") as log:
            child = subprocess.Popen(
                [LOCAL_PYTHON, REPOSITORY / "tools" / "cloud.py"],
                cwd=DEV, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )
        PROCESS_FILE.write_text(str(child.pid))
        give_up = time.monotonic() + PATIENCE
        while not answers():
            if child.poll() is not None or time.monotonic() > give_up:
                stop()
                end = "\n".join((DEV / "cloud.log").read_text().splitlines()[-20:])
                raise Failure(f"{end}\n\nThe local cloud did not start at port {PORT}. Another port: WAITLIST_PORT=4567 make …")
            time.sleep(0.1)
    return True


def stop():
    """Stops the cloud and the functions that it runs. Returns whether there was one."""
    identifier = process()
    if identifier is not None:
        # It leads a process group of its own, with the functions as its members.
        for kind, patience in ((signal.SIGTERM, 10), (signal.SIGKILL, 5)):
            try:
                os.killpg(identifier, kind)
            except ProcessLookupError:
                break
            give_up = time.monotonic() + patience
            while alive(identifier) and time.monotonic() < give_up:
                time.sleep(0.1)
    PROCESS_FILE.unlink(missing_ok=True)
    return identifier is not None


def reap(identifier):
    """Takes note that a process has ended, if it was our own child: until then it would seem to run, to others too."""
    try:
        os.waitpid(identifier, os.WNOHANG)
    except ChildProcessError:
        pass


def alive(group):
    """Whether anything of the process group still runs."""
    reap(group)
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
