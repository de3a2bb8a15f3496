"""API keys: items of the table of keys that hold a key's SHA-256, never the key."""

import base64
import hashlib
import secrets
import time

ROLES = ("organiser", "sales", "viewer")
EVERY_EVENT = ("*",)


def now():
    """The present time as the table has it: milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def primary_key(key):
    """Where a key is stored: under its SHA-256."""
    return {"pk": f"KEY#{hashlib.sha256(key.encode()).hexdigest()}", "sk": "KEY"}


def create(table, role, label, events=EVERY_EVENT, ends_at=None):
    """Stores a new key; returns it, for the only time that it can be seen, and its id."""
    key = "wl_" + base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")
    # Random, and no part of the hash: logs and the journal show it.
    key_id = f"key_{secrets.token_hex(16)}"
    item = {"key_id": key_id, "role": role, "events": list(events), "label": label, "created_at": now()}
    if ends_at is not None:
        item["ends_at"] = ends_at
    table.put_item(Item=primary_key(key) | item, ConditionExpression="attribute_not_exists(pk)")
    return key, key_id


def is_live(table, key):
    """Whether a key is stored, and neither revoked nor past its end."""
    item = table.get_item(Key=primary_key(key)).get("Item")
    return item is not None and state(item) == "live"


def state(item):
    """Whether a key is live, revoked or past its end."""
    if "revoked_at" in item:
        return "revoked"
    return "ended" if "ends_at" in item and item["ends_at"] <= now() else "live"


def revoke(table, key_id):
    """Revokes the key of that id. Returns whether there is one. Revoking again keeps the first time."""
    found = next((item for item in all_keys(table) if item["key_id"] == key_id), None)
    if found is None:
        return False
    table.update_item(
        Key={name: found[name] for name in ("pk", "sk")},
        UpdateExpression="SET revoked_at = if_not_exists(revoked_at, :now)",
        ConditionExpression="attribute_exists(pk)",
        ExpressionAttributeValues={":now": now()},
    )
    return True


def all_keys(table):
    """Every key's item, oldest first."""
    found = []
    arguments = {"FilterExpression": "sk = :sk", "ExpressionAttributeValues": {":sk": "KEY"}}
    while True:
        page = table.scan(**arguments)
        found += page["Items"]
        if "LastEvaluatedKey" not in page:
            return sorted(found, key=lambda item: item["created_at"])
        arguments["ExclusiveStartKey"] = page["LastEvaluatedKey"]
