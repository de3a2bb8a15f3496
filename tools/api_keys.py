"""API keys: items of the table that hold a key's SHA-256, never the key."""

import base64
import hashlib
import secrets
import time

ROLES = ("organiser", "sales")


def identifier(key):
    """The id of a key: the SHA-256 that is stored in its place."""
    return hashlib.sha256(key.encode()).hexdigest()


def create(table, role, label):
    """Stores a new key; returns it, for the only time that it can be seen."""
    key = "wl_" + base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")
    table.put_item(
        Item={"pk": f"KEY#{identifier(key)}", "sk": "KEY", "role": role, "label": label, "created_at": time.time_ns() // 1_000_000},
        ConditionExpression="attribute_not_exists(pk)",
    )
    return key


def is_live(table, key):
    """Whether a key is stored and not revoked."""
    item = table.get_item(Key={"pk": f"KEY#{identifier(key)}", "sk": "KEY"}).get("Item")
    return item is not None and "revoked_at" not in item


def revoke(table, key_id):
    """Revokes the key of that id. Returns whether there was one. Revoking again keeps the first time."""
    try:
        table.update_item(
            Key={"pk": f"KEY#{key_id}", "sk": "KEY"},
            UpdateExpression="SET revoked_at = if_not_exists(revoked_at, :now)",
            ConditionExpression="attribute_exists(pk)",
            ExpressionAttributeValues={":now": time.time_ns() // 1_000_000},
        )
    except table.meta.client.exceptions.ConditionalCheckFailedException:
        return False
    return True


def all_keys(table):
    """Every key's item, oldest first. Reads the whole table: keys are few, but the table has no index of them."""
    found = []
    arguments = {"FilterExpression": "sk = :sk", "ExpressionAttributeValues": {":sk": "KEY"}}
    while True:
        page = table.scan(**arguments)
        found += page["Items"]
        if "LastEvaluatedKey" not in page:
            return sorted(found, key=lambda item: item["created_at"])
        arguments["ExclusiveStartKey"] = page["LastEvaluatedKey"]
