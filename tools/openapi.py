"""Checks that openapi.json is a valid OpenAPI document, and drives the deployed API with it.

    .tools/openapi/bin/python tools/openapi.py           is it valid?
    .tools/openapi/bin/python tools/openapi.py drive     requests made from it, to the API that WAITLIST_URL names

The requests are made up by schemathesis: good ones, bad ones, and the border between. No response may be a 5xx, have a
status or type that the document lacks, or break its schema.
"""

import json
import os
import subprocess
import sys

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
    """Fails if a response is not as the document says."""
    for caller, key in {"an organiser": os.environ["WAITLIST_ORGANISER_KEY"], "anyone": None}.items():
        say(f"Requests made from openapi.json, by {caller} ...")
        command = [TOOLS / "openapi" / "bin" / "st", "run", DOCUMENT, "--url", os.environ["WAITLIST_URL"]]
        command += ["--checks", ",".join(CHECKS), "--phases", "examples,coverage,fuzzing", "--workers", "1", "--warnings", "off"]
        command += ["--max-examples", EXAMPLES, "--suppress-health-check", "all", "--no-shrink"]
        command += ["--header", f"Authorization: Bearer {key}"] if key else []
        if subprocess.run(command, cwd=REPOSITORY, check=False, timeout=SECONDS).returncode != 0:
            raise Failure("A response of the deployed API is not as openapi.json says; see above.")


if __name__ == "__main__":
    main(drive if sys.argv[1:] == ["drive"] else check)
