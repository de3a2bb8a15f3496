"""Draws a lottery again, from what the API shows to anybody, and says whether the result is the same.

    python3 tools/draw.py https://….amazonaws.com summer-camp-1 camper
    python3 tools/draw.py https://….amazonaws.com summer-camp-1 camper 9f86…    # the commitment that was noted before the draw
    python3 tools/draw.py < draws        # one {"seed", "tiers", "entries"} a line; prints the entry ids as drawn

The rule: an entry's lot is the SHA-256 of the seed, a colon and the entry's id. Tiers come in the order in which they are
listed, who has none of them last; within a tier the smaller lot comes first.

Only a commitment that was noted before the draw proves that nobody chose the seed afterwards: what the API shows together
with the seed it could have made up.
"""

import hashlib
import json
import sys
import urllib.request


def draw(seed, tiers, entries):
    """The entry ids in the order in which they are served."""
    def lot(entry):
        tier = tiers.index(entry["tier"]) if entry.get("tier") in tiers else len(tiers)
        return tier, hashlib.sha256(f"{seed}:{entry['entryId']}".encode()).digest()
    return [entry["entryId"] for entry in sorted(entries, key=lot)]


def published(url, event, ticket_type):
    """All parts of what was drawn, as one."""
    whole, part = None, 0
    while part is not None:
        with urllib.request.urlopen(f"{url}/api/events/{event}/draws/{ticket_type}?part={part}", timeout=30) as answer:
            page = json.load(answer)
        whole = {**page, "entries": (whole["entries"] if whole else []) + page["entries"]}
        part = page.get("next")
    return whole


def check(url, event, ticket_type, noted=None):
    """Prints what was found; whether all is right. `noted` is the commitment that somebody noted before the draw."""
    shown = published(url.rstrip("/"), event, ticket_type)
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
        sys.exit(0 if check(*sys.argv[1:]) else 1)
    if len(sys.argv) != 1:
        sys.exit(__doc__)
    for line in sys.stdin:
        print(json.dumps(draw(**json.loads(line))))
