"""Checks that openapi.json is a valid OpenAPI document, and drives the deployed API with it.

    .tools/openapi/bin/python tools/openapi.py           is it valid?
    .tools/openapi/bin/python tools/openapi.py drive     requests made from it, to the API that WAITLIST_URL names

The requests are made up by schemathesis: good ones, bad ones, and the border between. No response may be a 5xx, have a
status, type or header that the document lacks, or break its schema. Each route that only reads must succeed once.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from openapi_examples import made_true
from openapi_spec_validator import validate
from progress import Failure, main, say
from settings import REPOSITORY, TOOLS

DOCUMENT = REPOSITORY / "openapi.json"
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "allow_header_conformance",
]
# Requests made up at random, for each operation and kind of caller. All requests take some two minutes.
EXAMPLES = "8"
SECONDS = 240


def check():
    """Fails if the document is not valid OpenAPI."""
    validate(json.loads(DOCUMENT.read_text(encoding="utf-8")))
    say("openapi.json is a valid OpenAPI document.")


def drive():
    """Fails if a response is not as the document says, or a route that only reads never succeeded."""
    url, key = os.environ["WAITLIST_URL"], os.environ["WAITLIST_ORGANISER_KEY"]
    with tempfile.TemporaryDirectory() as directory:
        directory = pathlib.Path(directory)
        document = directory / "openapi.json"
        document.write_text(made_true(DOCUMENT.read_text(encoding="utf-8"), url, key), encoding="utf-8")
        send(document, url, "an organiser", directory / "organiser.har", ["--header", f"Authorization: Bearer {key}"])
        send(document, url, "anyone", directory / "anyone.har", [])
        failed = never_succeeded(json.loads(document.read_text(encoding="utf-8")), url, directory / "organiser.har")
    if failed:
        raise Failure(f"These routes only read, and no request made from openapi.json succeeded: {', '.join(failed)}.")


def send(document, url, caller, har, credential):
    """Sends requests made up from the document, and records them."""
    say(f"Requests made from openapi.json, by {caller} ...")
    command = [TOOLS / "openapi" / "bin" / "st", "run", document, "--url", url, *credential]
    command += ["--checks", ",".join(CHECKS), "--phases", "examples,coverage,fuzzing", "--workers", "1", "--warnings", "off"]
    command += ["--max-examples", EXAMPLES, "--suppress-health-check", "all", "--no-shrink", "--seed", seed_of_commit()]
    command += ["--report", "har", "--report-har-path", har]
    try:
        run = subprocess.run(command, cwd=REPOSITORY, check=False, timeout=SECONDS)
    except subprocess.TimeoutExpired as late:
        raise Failure(f"The requests by {caller} were not done in {SECONDS} seconds.") from late
    if run.returncode != 0:
        raise Failure("A response of the deployed API is not as openapi.json says; see above.")


def never_succeeded(document, url, har):
    """The routes that only read, and never answered 2xx."""
    entries = json.loads(har.read_text(encoding="utf-8"))["log"]["entries"]
    good = [
        entry["request"]["url"].removeprefix(url).split("?")[0]
        for entry in entries
        if entry["request"]["method"] == "GET" and entry["response"]["status"] // 100 == 2
    ]
    reads = {path for path, methods in document["paths"].items() if "get" in methods}
    return [path for path in sorted(reads) if not any(re.fullmatch(re.sub(r"{\w+}", "[^/]+", path), seen) for seen in good)]


def seed_of_commit():
    """Each commit explores other requests, the same each time."""
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=REPOSITORY, capture_output=True, text=True, check=False).stdout
    return str(int(commit[:8] or "1", 16))


if __name__ == "__main__":
    main(drive if sys.argv[1:] == ["drive"] else check)
