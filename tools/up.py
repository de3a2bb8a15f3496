"""`make up`: the whole service on this machine. Starts the local cloud, builds, deploys, seeds, and returns when it answers.

Run again, it redeploys in place: data, keys and URL stay. Everything that a client needs is then in `<dev directory>/env`.
"""

import os

import settings

# Before boto3 is used: its clients read the environment.
for _name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[_name]
os.environ.update(settings.AWS_ENVIRONMENT)

import boto3

import api_keys
import build
import deploy
import http_json
import routes
import seed
import server
from progress import main, say, step
from settings import AWS_ENVIRONMENT, DEV, ENVIRONMENT_FILE, LOGS, STACK


def read_environment():
    """What an earlier run wrote."""
    if not ENVIRONMENT_FILE.exists():
        return {}
    rows = (line.partition("=") for line in ENVIRONMENT_FILE.read_text().splitlines() if line and not line.startswith("#"))
    return {name: value for name, _, value in rows}


def key_for(table, role, present):
    """The key of an earlier run while it is good, or a new one."""
    if present and api_keys.is_live(table, present):
        return present
    key, _ = api_keys.create(table, role, f"make up: {role}")
    return key


def write_environment(values):
    """Writes the file in one go, so that a reader sees all of it or the old one. No value needs quotes."""
    text = "# Written by `make up`. Use: set -a; . .dev/env; set +a\n" + "".join(f"{name}={value}\n" for name, value in values.items())
    partial = ENVIRONMENT_FILE.with_suffix(".partial")
    partial.write_text(text)
    partial.chmod(0o600)
    partial.replace(ENVIRONMENT_FILE)


def up():
    """Brings everything up; returns what the environment file says."""
    DEV.mkdir(parents=True, exist_ok=True)
    server.start()
    outputs = deploy.deploy(build.build())
    with step("Creating the routes"):
        api, _ = routes.create_routes()
        pages = routes.pages_url(api)
        routes.lead_links_to(pages)
    url = routes.url(api)

    earlier = read_environment()
    keys = boto3.resource("dynamodb").Table(outputs["AccessTableName"])
    values = {
        "WAITLIST_URL": url,
        "WAITLIST_PAGES_URL": pages,
        "WAITLIST_KEY_URL": routes.url(api, stage=outputs["KeyApiUrl"].rpartition("/")[2]),
        "WAITLIST_ORGANISER_KEY": key_for(keys, "organiser", earlier.get("WAITLIST_ORGANISER_KEY")),
        "WAITLIST_SALES_KEY": key_for(keys, "sales", earlier.get("WAITLIST_SALES_KEY")),
        "WAITLIST_STACK": STACK,
        "WAITLIST_LOGS": LOGS,
        **AWS_ENVIRONMENT,
        "TABLE_NAME": outputs["TableName"],
        "ACCESS_TABLE_NAME": outputs["AccessTableName"],
        "PROMOTIONS_QUEUE_URL": outputs["PromotionsQueueUrl"],
        "TIMERS_QUEUE_URL": outputs["TimersQueueUrl"],
        "URGENT_NOTIFICATIONS_QUEUE_URL": outputs["UrgentNotificationsQueueUrl"],
        "NOTIFICATIONS_QUEUE_URL": outputs["NotificationsQueueUrl"],
        "FEEDBACK_TOPIC_ARN": outputs["FeedbackTopicArn"],
        "FEEDBACK_DEAD_LETTERS_URL": outputs["FeedbackDeadLettersUrl"],
        "PROMOTIONS_DEAD_LETTERS_URL": outputs["PromotionsDeadLettersUrl"],
        "TIMERS_DEAD_LETTERS_URL": outputs["TimersDeadLettersUrl"],
        "NOTIFICATIONS_DEAD_LETTERS_URL": outputs["NotificationsDeadLettersUrl"],
        "RETRIES_DEAD_LETTERS_URL": outputs["RetriesDeadLettersUrl"],
        "RELAY_DEAD_LETTERS_QUEUE_URL": outputs["RelayDeadLettersUrl"],
        "JOURNAL_DEAD_LETTERS_QUEUE_URL": outputs["JournalDeadLettersUrl"],
    }
    write_environment(values)
    with step("Making the demo event"):
        seed.seed(url, values["WAITLIST_ORGANISER_KEY"], values["WAITLIST_SALES_KEY"])
    return values


def run():
    """`make up`."""
    up()
    say(f"\nThe waitlist is up; {ENVIRONMENT_FILE} has its URL and keys. `make down` stops it.")


if __name__ == "__main__":
    main(run)
