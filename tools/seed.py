"""A demo event that is one seat from sold out, made over HTTP as an organiser and a sales system would."""

import datetime

from http_json import call
from progress import Failure

EVENT = "demo"
TICKET_TYPE = "camper"
# None must be answered, so that a join of one line works too.
QUESTIONS = [
    {"id": "age", "type": "number", "label": "Age on the first day", "min": 6, "max": 14},
    {
        "id": "food",
        "type": "choice",
        "label": "Food",
        "options": [{"id": "all", "label": "Anything"}, {"id": "vegetarian", "label": "Vegetarian"}],
    },
    {"id": "health", "type": "longText", "label": "Anything that we should know, such as allergies"},
]


def expect(answer, *statuses):
    """The body of an answer that has one of these statuses."""
    status, body = answer
    if status not in statuses:
        raise Failure(f"The demo event could not be made: the API answered {status}: {body}")
    return body


def seed(url, organiser_key, sales_key):
    """Creates the event, of two places, and sells one of them. Run again, it finds both done."""
    status, _ = call("GET", f"{url}/api/events/{EVENT}")
    if status == 404:
        starts = (datetime.date.today() + datetime.timedelta(days=200)).isoformat()
        event = {
            "name": "Lakeside Park Summer Camp, Week 1",
            "startsAt": f"{starts}T09:00:00-04:00",
            "timeZone": "America/New_York",
            "place": "Maple Hall, Lakeside Park",
            "description": "Five days by the lake for children of 6 to 14.\nBring a towel and a sun hat.",
            "contact": "camp@lakeside.example",
            "ticketTypes": [{"id": TICKET_TYPE, "name": "Camper", "capacity": 2}],
            "waitlist": {
                "joinAccess": "public",
                "notificationWindow": "2 minutes",
                "purchaseWindow": "5 minutes",
                "form": QUESTIONS,
            },
        }
        expect(call("PUT", f"{url}/api/events/{EVENT}", organiser_key, event), 200, 201)
    sale = {"eventId": EVENT, "ticketTypeId": TICKET_TYPE, "quantity": 1, "customerId": "first-buyer"}
    # The key has a repeated sale answered with the first. After a day that is forgotten, and then the seats may be gone.
    expect(call("POST", f"{url}/api/registrations", sales_key, sale, {"idempotency-key": "demo-first-sale"}), 201, 409)
