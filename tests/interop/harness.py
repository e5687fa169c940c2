"""What every story needs: commands that must end in a certain way, servers, and words for what failed."""

import concurrent.futures
import json
import os
import re
import signal
import subprocess
import threading
import urllib.request


class Failed(Exception):
    """A step did not do what it must."""


def check(holds, sentence):
    """`sentence` says what is wrong where something does not hold."""
    if not holds:
        raise Failed(sentence)


STORY = threading.local()


def step(text):
    """Says what was shown, in the name of the story that plays in this thread."""
    print(f"{getattr(STORY, 'name', 'interop')}: {text}", flush=True)


def environment():
    """That of this process, without telemetry, and without settings that the clients would take from it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PACT_", "PACTWRIGHT_"))}
    return {**kept, "PACT_DO_NOT_TRACK": "true", "SCARF_ANALYTICS": "false", "NO_COLOR": "1"}


def finish(command, timeout=120, **settings):
    """Runs a command to its end; answers its exit status and everything it printed."""
    command = [str(part) for part in command]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=timeout, check=False,
                          **{"env": environment(), **settings})
    return done.returncode, done.stdout


def run(command, expect=0, quiet=False, **settings):
    """Runs a command and checks its exit status; answers everything it printed."""
    shown = " ".join(str(part) for part in command)
    status, printed = finish(command, **settings)
    if status != expect:
        raise Failed(f"$ {shown}\n{printed}\nexit status {status}, but {expect} was expected")
    if not quiet:
        step(f"[{status}] {shown[:150]}")
    return printed


class Server:
    """A process that prints its address once it serves. Where it is ours, it must end well on SIGTERM. `log` is a file for what
    it writes besides."""

    def __init__(self, command, ours=True, settings=(), log=os.devnull):
        self.ours = ours
        with open(log, "wb") as errors:
            self.process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, stderr=errors, text=True,
                                            env={**environment(), **dict(settings)})
        for line in self.process.stdout:
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
            if found:
                self.url = found[0]
                return
        raise Failed(f"{command[0]} ended without printing an address")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise Failed("a server did not end within 20 seconds of SIGTERM") from None
        check(not self.ours or status == 0, f"{self.process.args[0]} ended with status {status} on SIGTERM")


def get(url):
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Accept": "application/hal+json"}), timeout=20) as answer:
        return json.load(answer)


def all_at_once(function, cases):
    """Calls the function for every case, several at a time; the answers in the order of the cases, or all that failed."""

    def outcome(case):
        try:
            return function(case), None
        except Failed as failure:
            return None, failure

    with concurrent.futures.ThreadPoolExecutor(max_workers=2 * (os.cpu_count() or 1)) as pool:
        outcomes = list(pool.map(outcome, cases))
    failures = [str(failure) for _, failure in outcomes if failure]
    if failures:
        raise Failed("\n\n".join(failures))
    return [answer for answer, _ in outcomes]
