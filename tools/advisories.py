"""Checks the dependencies against the RustSec advisories, where their database can be had.

The database is a repository on github.com. Where that cannot be reached and no copy is here from an earlier run,
the check is skipped, and this says so: nothing then stands for it.
"""

import subprocess

from progress import Failure, main, say, step

UNREACHABLE = ("failed to fetch advisory database", "failed to load advisory database", "failed to clone")


def advisories():
    """Runs the check; skips it aloud where there is no database."""
    with step("Checking advisories"):
        done = subprocess.run(["cargo", "deny", "--locked", "check", "advisories"], capture_output=True, text=True, check=False)
    output = done.stdout + done.stderr
    if done.returncode == 0:
        say("advisories ok")
    elif any(sign in output for sign in UNREACHABLE):
        say("SKIPPED: the RustSec advisory database (github.com/RustSec/advisory-db) cannot be reached from here, so no advisory was checked.")
    else:
        raise Failure(output)


if __name__ == "__main__":
    main(advisories)
