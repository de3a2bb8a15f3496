"""The local cloud: MiniStack, started with the settings that this project wants. `up.py` runs it in the background.

Four things are changed in it from outside:

* Its HTTP servers wait 40 ms for more bytes before they send a small answer (Nagle's algorithm). Off.
* It waits up to 50 ms for a function to log something before it passes the function's answer on. It does not.
* What functions print goes, as it is read, also to `<dev directory>/logs/<function>.log`, so that all of a run's
  logs are in files: the privacy test reads them. MiniStack's own copy, in CloudWatch Logs, is cut up by invocation.
* It takes a batch of stream records for done even if the function reports some as failed, so they would be lost.
  Here the batch is given to the function again, as AWS does from the first failed record on.
"""

import functools
import os
import pathlib
import socketserver

import ministack.app
from ministack.core.lambda_runtime import ProvidedWorker
from ministack.services import lambda_svc


def answer_at_once():
    """Has an answer passed on as soon as it is there. A line that a function logs last may so be kept with its next call."""
    drain = ProvidedWorker._drain_stderr_bounded
    ProvidedWorker._drain_stderr_bounded = functools.partialmethod(drain, first_line_wait=0.0, idle_confirm=0.0)


class _Tee:
    """A function's output: every line that is read from it is also written to a file."""

    def __init__(self, stream, path):
        self.stream = stream
        self.file = open(path, "ab", buffering=0)

    def readline(self):
        line = self.stream.readline()
        self.file.write(line)
        return line

    def close(self):
        self.stream.close()
        self.file.close()


def keep_logs(directory):
    """Has the output of each function written to `directory`."""
    pump = ProvidedWorker._pump_output

    def pump_and_keep(self, stream, log_queue):
        pump(self, _Tee(stream, directory / f"{self.func_name}.log"), log_queue)

    ProvidedWorker._pump_output = pump_and_keep


def repeat_failed_stream_batches():
    """Turns a partial failure of a batch of stream records into one of the batch, which MiniStack does repeat."""
    execute = lambda_svc._execute_function

    def execute_and_check(function, event):
        result = execute(function, event)
        records = event.get("Records") if isinstance(event, dict) else None
        if records and records[0].get("eventSource") == "aws:dynamodb" and not result.get("error"):
            answer = result.get("body")
            if isinstance(answer, dict) and answer.get("batchItemFailures"):
                error = {"errorType": "BatchItemFailures", "errorMessage": f"reported as failed: {answer['batchItemFailures']}"}
                return result | {"error": True, "body": error}
        return result

    lambda_svc._execute_function = execute_and_check


if __name__ == "__main__":
    socketserver.StreamRequestHandler.disable_nagle_algorithm = True
    answer_at_once()
    keep_logs(pathlib.Path(os.environ["WAITLIST_LOGS"]))
    repeat_failed_stream_batches()
    ministack.app.main()
