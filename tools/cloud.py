"""The local cloud: MiniStack, started with the settings that this project wants. `up.py` runs it in the background.

Two things are changed in it from outside:

* Its HTTP servers wait 40 ms for more bytes before they send a small answer (Nagle's algorithm). Off.
* What functions print goes, as it is read, also to `<dev directory>/logs/<function>.log`, so that all of a run's
  logs are in files: the privacy test reads them. MiniStack's own copy, in CloudWatch Logs, is cut up by invocation.
"""

import os
import pathlib
import socketserver

import ministack.app
from ministack.core.lambda_runtime import ProvidedWorker


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


if __name__ == "__main__":
    socketserver.StreamRequestHandler.disable_nagle_algorithm = True
    keep_logs(pathlib.Path(os.environ["WAITLIST_LOGS"]))
    ministack.app.main()
