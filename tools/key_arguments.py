"""What `tools/keys create` takes, and why it refuses the rest."""

import argparse
import datetime
import re

MOST_PATTERNS = 20
LONGEST_LABEL = 200
# As the functions read it (EventPattern in shared/domain).
PATTERN = re.compile(r"[A-Za-z0-9._:@*-]{1,128}")
DURATION = re.compile(r"([0-9]{1,5})([dh])")


def events(text):
    """A pattern of event ids."""
    if not PATTERN.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} must be 1 to 128 characters of A-Z a-z 0-9 . _ : @ - and *, such as 'summer-*'")
    return text


def label(text):
    """Who or what uses a key."""
    if not text.strip() or len(text) > LONGEST_LABEL or not text.isprintable():
        raise argparse.ArgumentTypeError(f"must be 1 to {LONGEST_LABEL} characters in one line")
    return text.strip()


def key_id(text):
    """The id of a key."""
    if text.startswith("wl_"):
        raise argparse.ArgumentTypeError("this is a key, not its id; `tools/keys list` shows the ids")
    if not re.fullmatch("key_[0-9a-f]{32}", text):
        raise argparse.ArgumentTypeError("must be key_ and 32 hexadecimal digits, as `tools/keys list` shows it")
    return text


def expiry(text):
    """The end of a key, in milliseconds since 1970: a time, or so many days or hours from now."""
    now = datetime.datetime.now(datetime.timezone.utc)
    duration = DURATION.fullmatch(text)
    if duration:
        count, unit = int(duration[1]), duration[2]
        end = now + (datetime.timedelta(days=count) if unit == "d" else datetime.timedelta(hours=count))
    else:
        end = time_in(text)
    if end <= now:
        raise argparse.ArgumentTypeError(f"{text!r} must be in the future")
    return int(end.timestamp() * 1000)


def time_in(text):
    """The time that a text names."""
    try:
        end = datetime.datetime.fromisoformat(re.sub("[Zz]$", "+00:00", text))
    except ValueError:
        example = "90d, 12h or 2027-01-31T12:00:00Z"
        raise argparse.ArgumentTypeError(f"{text!r} must be days, hours or an ISO 8601 time: {example}") from None
    if end.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} needs a time of day and a zone, such as 2027-01-31T12:00:00Z")
    return end
