"""`make dev`: everything on this machine, in the foreground. Brings it up, says how to try it, and tells what happens."""

import server
import up
import watch
from progress import main, say, step
from settings import ENVIRONMENT_FILE
from seed import EVENT, TICKET_TYPE

GUIDE = """
The waitlist runs at {url}
organiser's key  {organiser}
sales key        {sales}
functions' logs  {logs}

To try it, paste this into another terminal. The event `{event}` has 2 seats, and 1 is sold.

W='{url}'
O='authorization: Bearer {organiser}'
S='authorization: Bearer {sales}'

# Sell the last seat: the waitlist is active from here on.
curl -sS -X POST "$W/api/registrations" -H "$S" -H 'content-type: application/json' -d '{{"eventId":"{event}","ticketTypeId":"{ticket_type}","quantity":1,"customerId":"second-buyer"}}'
# Two people join the line.
curl -sS -X POST "$W/api/waitlist/join" -H "$S" -H 'content-type: application/json' -d '{{"eventId":"{event}","ticketTypeId":"{ticket_type}","name":"Ada","email":"ada@example.com","phone":"+12025550123","customerId":"ada"}}'
curl -sS -X POST "$W/api/waitlist/join" -H "$S" -H 'content-type: application/json' -d '{{"eventId":"{event}","ticketTypeId":"{ticket_type}","name":"Ben","email":"ben@example.com","customerId":"ben"}}'
# Where does Ben stand?
curl -sS "$W/api/waitlist/position/ben" -H "$S"
# One more seat: Ada is offered it, by mail and SMS.
curl -sS -X POST "$W/api/waitlist/release/{event}" -H "$S" -H 'content-type: application/json' -d '{{"ticketTypeId":"{ticket_type}","quantity":1}}'
# Ada claims it (or let two minutes pass: it goes to Ben).
E=$(curl -sS "$W/api/waitlist/position/ada" -H "$S" | sed -E 's/.*"entryId":"([^"]*)".*/\\1/')
curl -sS -X POST "$W/api/waitlist/claim/ada" -H "$S" -H 'content-type: application/json' -d "{{\\"entryId\\":\\"$E\\"}}"
# How it all went.
curl -sS "$W/api/waitlist/stats/{event}" -H "$O"

What happens (Ctrl-C stops everything):
"""


def dev():
    """Up, guide, watch; and down again however it ends, save what ran before."""
    ran_before = server.process() is not None
    try:
        values = up.up()
        say(
            GUIDE.format(
                url=values["WAITLIST_URL"],
                organiser=values["WAITLIST_ORGANISER_KEY"],
                sales=values["WAITLIST_SALES_KEY"],
                logs=values["WAITLIST_LOGS"],
                event=EVENT,
                ticket_type=TICKET_TYPE,
            )
        )
        watch.watch(values["TABLE_NAME"])
    except KeyboardInterrupt:
        say("")
    finally:
        if ran_before:
            say("The local cloud that ran before goes on; `make down` stops it.")
        else:
            with step("Stopping the local cloud"):
                server.stop()
            ENVIRONMENT_FILE.unlink(missing_ok=True)


if __name__ == "__main__":
    main(dev)
