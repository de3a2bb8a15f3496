"""Says what is going on while it takes longer than a second, and what went wrong if it did."""

import contextlib
import subprocess
import sys
import threading
import time

INTERVAL_PLAIN = 10  # seconds between two lines where the output is no terminal
OVER = "\r\x1b[K"  # has a terminal write over the current line


class Failure(Exception):
    """Something that the user can mend; the message says how."""


def say(line):
    """Prints a line at once, also into a pipe."""
    print(line, flush=True)


@contextlib.contextmanager
def step(title):
    """Shows `title` and the seconds that go by; at the end how long it took."""
    started = time.monotonic()
    done = threading.Event()
    terminal = sys.stdout.isatty()

    def tick():
        while not done.wait(1 if terminal else INTERVAL_PLAIN):
            seconds = time.monotonic() - started
            if terminal:
                print(f"{OVER}{title} ... {seconds:.0f} s ", end="", flush=True)
            else:
                say(f"{title} ... {seconds:.0f} s")

    if terminal:
        print(f"{title} ... ", end="", flush=True)
    else:
        say(f"{title} ...")
    ticker = threading.Thread(target=tick, daemon=True)
    ticker.start()
    try:
        yield
    except BaseException:
        done.set()
        ticker.join()
        say(f"{OVER if terminal else ''}{title}: failed")
        raise
    done.set()
    ticker.join()
    say(f"{OVER if terminal else ''}{title}: {time.monotonic() - started:.1f} s")


def run(title, command, log, advice="", **options):
    """Runs a command as a step, its output in the file `log`; shows the end of that file if it fails."""
    with step(title):
        logged([command], log, advice, **options)


def logged(commands, log, advice="", **options):
    """Runs commands one after the other, their output in the file `log`; shows the end of that file if one fails."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "w", encoding="utf-8") as output:
        for command in commands:
            output.write(f"$ {' '.join(str(part) for part in command)}\n")
            output.flush()
            status = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, check=False, **options).returncode
            if status != 0:
                break
    if status != 0:
        end = log.read_text(encoding="utf-8", errors="replace").splitlines()[-30:]
        raise Failure("\n".join([*end, "", f"status {status}; the whole output is in {log}", advice]).rstrip())


def main(body):
    """Runs a script's body; a `Failure` or Ctrl-C ends it without a traceback."""
    try:
        sys.exit(body())
    except Failure as failure:
        print(f"\n{failure}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        sys.exit(130)
