"""Makes the examples of openapi.json true on a deployed API, so that requests made from them succeed."""

import json
import urllib.error
import urllib.request

from progress import Failure

CAMP = {
    "startsAt": "2099-07-19T09:00:00-04:00",
    "timeZone": "America/New_York",
    "ticketTypes": [{"id": "camper", "name": "Camper", "capacity": 0}],
}
EVENTS = {
    "summer-camp-1": {"name": "On sale", "ticketTypes": [{"id": "camper", "name": "Camper", "capacity": 1000}]},
    "summer-camp-2": {"name": "Sold out", "waitlist": {"notificationWindow": "1 day"}},
    "winter-camp-1": {"name": "Sold out"},
    "winter-camp-2": {"name": "With tiers", "waitlist": {"order": "priority", "tiers": ["vip", "usual"]}},
    "autumn-camp-1": {"name": "With a draw", "waitlist": {"order": "lottery", "drawAt": "2099-07-01T09:00:00Z"}},
}
# Who stands where, by the number of the entry in the examples.
ENTRIES = {
    1: ("parent-1", "summer-camp-2"),
    5: ("parent-5", "winter-camp-1"),
    6: ("parent-6", "winter-camp-1"),
    7: ("parent-7", "winter-camp-1"),
}


def made_true(document, url, key):
    """The document, with ids that the deployed API knows in the place of those of its examples."""

    def call(method, path, body=None):
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            raise Failure(f"{method} {path}, for the examples, was refused: {error.read().decode()}") from error

    def id_of(prefix, number):
        return f"{prefix}_{number:032x}"

    for event, differences in EVENTS.items():
        call("PUT", f"/api/events/{event}", CAMP | differences)
    ids = {}
    for number, (customer, event) in ENTRIES.items():
        person = {"customerId": customer, "name": "Pat Example", "email": f"{customer}@example.org"}
        entry = call("POST", "/api/waitlist/join", person | {"eventId": event, "ticketTypeId": "camper"})
        ids[id_of("ent", number)] = entry["entryId"]
    sale = {"eventId": "summer-camp-1", "ticketTypeId": "camper", "quantity": 1, "customerId": "parent-2"}
    ids[id_of("reg", 1)] = call("POST", "/api/registrations", sale)["registrationId"]
    code = {"tier": "vip", "maxUses": 50, "endsAt": "2099-07-01T09:00:00Z", "reason": "For the members", "label": "Members"}
    ids[id_of("cod", 1)] = call("POST", "/api/waitlist/codes/winter-camp-2", code)["codeId"]
    batches = {"ticketTypeId": "camper", "quantity": 6, "batchSize": 2, "batchInterval": "1 day"}
    for number in (3, 4):
        ids[id_of("rel", number)] = call("POST", "/api/waitlist/release/summer-camp-2", batches)["releaseId"]
    for example, real in ids.items():
        if example not in document:
            raise Failure(f"openapi.json has no example {example}; tools/openapi_examples.py makes it true.")
        document = document.replace(example, real)
    return document
