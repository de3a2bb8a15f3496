"""Stops the local cloud (`make down`). Its logs stay in the dev directory until the next start; all else it held is gone."""

import server
from progress import main, say, step
from settings import ENVIRONMENT_FILE, LOGS


def down():
    """Stops what `up.py` started; to stop nothing is no failure."""
    with step("Stopping the local cloud"):
        ran = server.stop()
    ENVIRONMENT_FILE.unlink(missing_ok=True)
    say(f"Stopped. The functions' logs are in {LOGS}." if ran else "No local cloud was running.")


if __name__ == "__main__":
    main(down)
