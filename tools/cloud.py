"""The local cloud: MiniStack, with the corrections that this project needs. `server.py` runs it in the background."""

import os
import pathlib

import ministack.app

import corrections

if __name__ == "__main__":
    corrections.send_small_answers_at_once()
    corrections.pass_answers_on_at_once()
    corrections.keep_logs(pathlib.Path(os.environ["WAITLIST_LOGS"]))
    corrections.repeat_failed_stream_batches()
    corrections.authorise_as_aws_does()
    corrections.know_leading_keys()
    ministack.app.main()
