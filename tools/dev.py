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
ask() {{ curl -sS -w '\\n' -H 'content-type: application/json' "$@"; }}

echo 'The last seat is sold: the waitlist is active from here on.'
ask -X POST "$W/api/registrations" -H "$S" -d '{{"eventId":"{event}","ticketTypeId":"{ticket_type}","quantity":1,"customerId":"second-buyer"}}'
echo 'Two people join the line.'
ask -X POST "$W/api/waitlist/join" -H "$S" -d '{{"eventId":"{event}","ticketTypeId":"{ticket_type}","name":"Ada","email":"ada@example.com","phone":"+12025550123","customerId":"ada"}}'
ask -X POST "$W/api/waitlist/join" -H "$S" -d '{{"eventId":"{event}","ticketTypeId":"{ticket_type}","name":"Ben","email":"ben@example.com","customerId":"ben"}}'
echo 'Where does Ben stand?'
ask "$W/api/waitlist/position/ben" -H "$S"
echo 'One more seat comes: Ada is offered it, by mail and SMS, a moment later.'
ask -X POST "$W/api/waitlist/release/{event}" -H "$S" -d '{{"ticketTypeId":"{ticket_type}","quantity":1}}'
for i in 1 2 3 4 5 6 7 8 9 10; do A=$(ask "$W/api/waitlist/position/ada" -H "$S"); printf '%s' "$A" | grep -q '"offered"' && break; sleep 1; done
printf '%s\\n' "$A"
echo 'Ada claims it. Left alone for two minutes, it would have gone to Ben.'
E=$(printf '%s\\n' "$A" | sed -E 's/.*"entryId":"([^"]*)".*/\\1/')
ask -X POST "$W/api/waitlist/claim/ada" -H "$S" -d '{{"entryId":"'"$E"'"}}'
echo 'How it all went:'
ask "$W/api/waitlist/stats/{event}" -H "$O"

Open this page in a browser, and join:
{pages}/events/{event}

What happens (Ctrl-C stops everything):
"""


def dev():
    """Up, guide, watch; and down again however it ends, save what ran before."""
    ran_before = server.process() is not None
    was_stopped = False
    try:
        values = up.up()
        say(
            GUIDE.format(
                url=values["WAITLIST_URL"],
                pages=values["WAITLIST_PAGES_URL"],
                organiser=values["WAITLIST_ORGANISER_KEY"],
                sales=values["WAITLIST_SALES_KEY"],
                logs=values["WAITLIST_LOGS"],
                event=EVENT,
                ticket_type=TICKET_TYPE,
            )
        )
        watch.watch(values["TABLE_NAME"])
        was_stopped = True
    except KeyboardInterrupt:
        say("")
    finally:
        if was_stopped:
            # By `make down`, which has cleared up; another may have been started since, which is not ours to stop.
            say("The local cloud was stopped.")
        elif ran_before:
            say("The local cloud that ran before goes on; `make down` stops it.")
        else:
            with step("Stopping the local cloud"):
                server.stop()
            ENVIRONMENT_FILE.unlink(missing_ok=True)


if __name__ == "__main__":
    main(dev)
