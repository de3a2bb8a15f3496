"""Draws a lottery again, from what the API shows to anybody, and says whether the result is the same.

    python3 tools/draw.py https://….amazonaws.com summer-camp-1 camper
    python3 tools/draw.py https://….amazonaws.com summer-camp-1 camper 9f86…    # the commitment that was noted before the draw
    python3 tools/draw.py < draws        # one {"seed", "tiers", "entries"} a line; prints the entry ids as drawn

The rule: an entry's lot is the SHA-256 of the seed, a colon and the entry's id. Tiers come in the order in which they are
listed, who has none of them last; within a tier the smaller lot comes first.

Only a commitment that was noted before the draw proves that nobody chose the seed afterwards: what the API shows together
with the seed it could have made up.

It ends with 0 where all is right, with 1 where something is not, and with 2 where that could not be found out.
"""

import hashlib
import http.client
import json
import sys
import urllib.error
import urllib.parse
import urllib.request


class NotFoundOut(Exception):
    """Nothing can be said of the draw; the message says why."""


def draw(seed, tiers, entries):
    """The entry ids in the order in which they are served."""
    def lot(entry):
        tier = tiers.index(entry["tier"]) if entry.get("tier") in tiers else len(tiers)
        return tier, hashlib.sha256(f"{seed}:{entry['entryId']}".encode()).digest()
    return [entry["entryId"] for entry in sorted(entries, key=lot)]


def fetched(address):
    """What the API answers to anybody."""
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            text = answer.read()
    except urllib.error.HTTPError as error:
        raise NotFoundOut(f"The API answered {error.code}: {reason(error)}") from None
    except (OSError, http.client.HTTPException, ValueError) as error:  # no network, nobody there, a timeout, no address
        raise NotFoundOut(f"No answer came from {address}: {getattr(error, 'reason', error)}") from None
    return json.loads(text)


def reason(error):
    """What a refusal says of itself, in a sentence where it comes from the API."""
    try:
        said = json.load(error)
        fields = [f"{field['pointer'].strip('/')} {field['detail']}" for field in said.get("errors", [])]
        return "; ".join(fields) or said.get("detail") or said["title"]
    except (ValueError, KeyError, TypeError, AttributeError, OSError, http.client.HTTPException):
        return error.reason


def published(url, event, ticket_type):
    """All parts of what was drawn, as one."""
    event, ticket_type = (urllib.parse.quote(name, safe=":@") for name in (event, ticket_type))
    whole, part = None, 0
    while part is not None:
        page = fetched(f"{url}/api/events/{event}/draws/{ticket_type}?part={part}")
        whole = {**page, "entries": (whole["entries"] if whole else []) + page["entries"]}
        part = page.get("next")
    return whole


def check(url, event, ticket_type, noted=None):
    """Prints what was found; whether all is right. `noted` is the commitment that somebody noted before the draw."""
    if not url.startswith(("https://", "http://")):
        raise NotFoundOut(f"{url} is no address of an API: it begins with https://.")
    try:
        return is_right(published(url.rstrip("/"), event, ticket_type), noted)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NotFoundOut(f"What {url} answers is no draw. Is that the address of the API, without what follows /api?") from None


def is_right(shown, noted):
    """Prints what was found of the draw that is `shown`; whether all is right."""
    is_noted = noted is None or noted.strip().lower() == shown["commitment"]
    if not is_noted:
        print(f"THE COMMITMENT IS NOT THE ONE THAT WAS NOTED. Now it is {shown['commitment']}.")
    if shown["status"] != "drawn":
        print(f"The lots are drawn at {shown['drawAt']}. The commitment is {shown['commitment']}: note it.")
        return is_noted
    entries = shown["entries"]
    is_bound = hashlib.sha256(shown["seed"].encode()).hexdigest() == shown["commitment"]
    is_same = draw(shown["seed"], shown["tiers"], reversed(entries)) == [entry["entryId"] for entry in entries]
    is_whole = len({entry["entryId"] for entry in entries}) == len(entries) == shown["entrants"]
    print("The seed is that of the commitment." if is_bound else "THE SEED IS NOT THAT OF THE COMMITMENT.")
    if noted is None:
        print("No commitment was given that was noted before the draw: that the seed was not chosen afterwards is not shown.")
    elif is_noted:
        print("The commitment is the one that was noted.")
    print(f"All {len(entries)} stand where their lots put them." if is_same else "THE ORDER IS NOT THAT OF THE LOTS.")
    if not is_whole:
        print(f"THE LIST IS NOT WHOLE: {shown['entrants']} were in the draw.")
    return is_bound and is_noted and is_same and is_whole


if __name__ == "__main__":
    if len(sys.argv) in (4, 5):
        try:
            sys.exit(0 if check(*sys.argv[1:]) else 1)
        except NotFoundOut as why:
            print(why, file=sys.stderr)
            sys.exit(2)
    if len(sys.argv) != 1:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    for line in sys.stdin:
        try:
            drawn = draw(**json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError):
            print(f'This line is no {{"seed", "tiers", "entries"}}: {line.strip()[:200]}', file=sys.stderr)
            sys.exit(2)
        print(json.dumps(drawn))
