"""Says in plain words what happens in the local cloud: from the table's stream, and from the mail and SMS it captured."""

import datetime
import http.client
import json
import re
import time
import urllib.request

import boto3
from boto3.dynamodb.types import TypeDeserializer
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

import server
from progress import say
from settings import ENDPOINT

LINK = re.compile(r"https?://\S+")
PAUSE = 0.5  # seconds between two looks
PATIENCE = 10  # seconds that one look may take
# What a look ends with that finds no cloud, a slow one, or one that just stops. A URLError and a timeout are OSErrors.
NO_ANSWER = (OSError, http.client.HTTPException, json.JSONDecodeError, BotoCoreError, ClientError)


def clock(moment=None):
    """The time here, now or of the table's milliseconds; with its date where that is not today."""
    now = datetime.datetime.now()
    local = now if moment is None else datetime.datetime.fromtimestamp(int(moment) / 1000)
    return local.strftime("%H:%M:%S" if local.date() == now.date() else "%Y-%m-%d %H:%M:%S")


def seats(count):
    """A number of seats in words."""
    return f"{count} seat" if int(count) == 1 else f"{count} seats"


def entry(old, new):
    """What a change of an entry means."""
    _, customer = new["pk"].split("#", 1)
    _, event, ticket_type, attendee = new["sk"].split("#", 3)
    who = f"{new.get('name', customer)} (for {attendee})" if attendee else new.get("name", customer)
    status = new["status"]
    until = clock(new["expires_at"]) if "expires_at" in new else "?"
    if old.get("entry_id") == new.get("entry_id"):
        if status == "waiting" and old.get("status") != status:
            return f"{who} waits again, number {new.get('number')}"
        if old.get("status") == status:
            return same_status(old, new, who, until)
    return {
        "waiting": f"{who} joined the line {event}/{ticket_type}, number {new.get('number')}, for {seats(new.get('quantity', 1))}",
        "offered": f"{who} is offered {seats(new.get('offer_quantity', new.get('quantity', 1)))}, to claim until {until}",
        "claimed": f"{who} claimed the offer, to pay until {until}",
        "converted": f"{who} has bought: the offer is now registration {new.get('registration_id')}",
        "expired": f"{who} let the deadline pass: the offer expired",
        "declined": f"{who} declined the offer",
        "left": f"{who} left the line",
        "removed": f"{who} was removed from the line",
    }.get(status, f"{who} is now {status}")


def same_status(old, new, who, until):
    """What a change of an entry means that leaves its status."""
    if (old.get("lane"), old.get("number")) != (new.get("lane"), new.get("number")):
        return f"{who} was moved, to number {new.get('number')} of {new.get('lane', 'the line')}"
    if old.get("expires_at") != new.get("expires_at"):
        return f"{who} has until {until} now"
    if old.get("phone_unproven") and not new.get("phone_unproven"):
        return f"{who} gets text messages from now on: the phone number is confirmed"
    return None


def release_change(old, new):
    """What became of a release, other than a batch."""
    if "paused_due_at" in new:
        return "was paused"
    if new.get("due_at") is None:
        return f"was cancelled: {seats(new['quantity'] - new['released'])} never come"
    return f"was resumed, its next batch comes at {clock(new['due_at'])}"


def change(old, new):
    """What a change of an item means; nothing for the items that only keep the books."""
    kind, _, name = (new or old)["pk"].partition("#")
    if not new:
        return None
    if kind == "EVENT":
        return f"event {name} was {'changed' if old else 'created'}"
    if kind == "CUSTOMER":
        return entry(old, new)
    if kind == "REGISTRATION":
        sale = new["registration"]
        if not old:
            return f"registration {name}: {seats(sale['quantity'])} sold to {sale['customer_id']} ({sale['source']})"
        return f"registration {name} was {new['status']}" if old["status"] != new["status"] else None
    if kind == "RELEASE":
        if not old:
            return f"release {name}: {seats(new['release']['quantity'])}, {new['released']} of them at once"
        if new["released"] == old["released"]:
            return f"release {name} {release_change(old['release'], new['release'])}"
        return f"release {name}: {new['released']} of {seats(new['release']['quantity'])} so far"
    if kind == "SEATS":
        counts = ("capacity", "sold", "held", "free")
        if all(old.get(count) == new.get(count) for count in counts):
            return None
        capacity, sold, held, free = (new.get(count, 0) for count in counts)
        return f"    {name.replace('#', '/')}: {sold} sold + {held} held + {free} free = {capacity}"
    return None


class Stream:
    """The table's stream, from now on."""

    def __init__(self, table):
        # The person who looks repeats it, and says so.
        patience = Config(connect_timeout=PATIENCE, read_timeout=PATIENCE, retries={"total_max_attempts": 1})
        self.client = boto3.client("dynamodbstreams", config=patience)
        self.plain = TypeDeserializer()
        described = boto3.client("dynamodb", config=patience).describe_table(TableName=table)
        self.arn = described["Table"]["LatestStreamArn"]
        self.shard = self.client.describe_stream(StreamArn=self.arn)["StreamDescription"]["Shards"][0]["ShardId"]
        self.position = {"ShardIteratorType": "LATEST"}
        self.iterator = self.iterator_here()

    def iterator_here(self):
        """A new iterator where we are."""
        return self.client.get_shard_iterator(StreamArn=self.arn, ShardId=self.shard, **self.position)["ShardIterator"]

    def image(self, record, which):
        """An item before or after, in plain values."""
        return {name: self.plain.deserialize(value) for name, value in record["dynamodb"].get(which, {}).items()}

    def news(self):
        """What happened since the last look, in words."""
        try:
            page = self.client.get_records(ShardIterator=self.iterator)
        except ClientError:
            # An iterator lasts 15 minutes, and a laptop may sleep for longer: the next look has a new one.
            self.iterator = self.iterator_here()
            raise
        self.iterator = page["NextShardIterator"]
        if page["Records"]:
            last = page["Records"][-1]["dynamodb"]["SequenceNumber"]
            self.position = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": last}
        told = (change(self.image(record, "OldImage"), self.image(record, "NewImage")) for record in page["Records"])
        return [line for line in told if line]


def captured(path):
    """One of MiniStack's own listings."""
    with urllib.request.urlopen(f"{ENDPOINT}{path}", timeout=PATIENCE) as answer:
        return json.load(answer)


class Mail:
    """E-mail that was sent."""

    def __init__(self):
        self.seen = len(self.messages())

    @staticmethod
    def messages():
        return [message for account in captured("/_ministack/ses/messages")["messages"].values() for message in account]

    def news(self):
        """New messages, in words."""
        found = self.messages()
        new, self.seen = found[self.seen :], len(found)
        return [f"  e-mail to {', '.join(message['To'])}: {message['Subject']}{self.link_of(message)}" for message in new]

    @staticmethod
    def link_of(message):
        """The first link of a mail, which opens the page of the place in a browser."""
        link = LINK.search(message.get("BodyText") or "")
        return f"\n              {link[0]}" if link else ""


class Texts:
    """SMS that were sent."""

    def __init__(self):
        self.seen = {phone: len(texts) for phone, texts in self.messages().items()}

    @staticmethod
    def messages():
        return captured("/_ministack/sns/sms-messages")["sms_messages"]

    def news(self):
        """New messages, in words."""
        told = []
        for phone, texts in self.messages().items():
            for text in texts[self.seen.get(phone, 0) :]:
                told.append(f"  SMS to {phone}: {text.get('Message', text)}")
            self.seen[phone] = len(texts)
        return told


class Stopped(Exception):
    """The local cloud that is watched runs no more."""


def patiently(look, cloud):
    """What a look finds. One that fails is said in a line and repeated, for as long as the cloud is the process `cloud`."""
    is_said = False
    while True:
        try:
            return look()
        except NO_ANSWER as error:
            time.sleep(PAUSE)
            if cloud is None or server.process() != cloud:
                raise Stopped from None
            if not is_said:
                say(f"{clock()}  The local cloud did not answer ({' '.join(str(error).split())}); looking again.")
            is_said = True


def watch(table):
    """Tells what happens until it is interrupted; returns where the local cloud is stopped."""
    cloud = server.process()
    try:
        sources = [patiently(source, cloud) for source in (lambda: Stream(table), Mail, Texts)]
        while True:
            for source in sources:
                for line in patiently(source.news, cloud):
                    say(f"{clock()}  {line}")
            time.sleep(PAUSE)
    except Stopped:
        return
