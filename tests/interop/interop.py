#!/usr/bin/env python3
"""Whether other implementations of Pact and ours understand each other.

    interop.py --pactwright target/debug/pactwright --obligations target/debug/obligations --pact VENV/bin/pact \\
               --pacts DIR --ours DIR --js DIR --work DIR [--only STORY ..]

`--pact` is the single-binary Pact CLI from PyPI (`pip install pact-python-cli`), `--pacts` a folder of pact files that
other implementations wrote, `--ours` one that our DSL wrote (`cargo test -p pactwright-tests --test contracts` with
`PACT_OUTPUT_DIR`), `--js` a copy of `js/` with its packages installed, `--work` a folder for what is made on the way.
The stories are in `stories/`. Exit status: 0 when every step did what it must.
"""

import argparse
import pathlib
import shutil
import sys
import time

from harness import STORY, Failed, Server, all_at_once, step
from stories import broker_journey, our_contracts, pact_broker_commands, pact_broker_webhooks, pact_js_verification, ruby_client, twins, verdicts

STORIES = {
    "broker-journey": broker_journey,
    "pact-broker-commands": pact_broker_commands,
    "pact-broker-webhooks": pact_broker_webhooks,
    "ruby-client": ruby_client,
    "twins": twins,
    "our-contracts": our_contracts,
    "verdicts": verdicts,
    "pact-js-verification": pact_js_verification,
}


class Tools:
    """The programs and folders that stories use."""

    def __init__(self, arguments):
        self.pactwright, self.pact, self.obligations = arguments.pactwright, arguments.pact, arguments.obligations
        self.ours, self.js, self.work = arguments.ours, arguments.js, arguments.work
        self.node = [arguments.node]
        self.pacts = sorted(arguments.pacts.glob("*.json"))
        if not self.pacts:
            raise Failed(f"{arguments.pacts} holds no pact files")

    def broker(self, data, settings=()):
        """Our broker on a free port, with its data in a folder, and variables that it takes settings from."""
        return Server([self.pactwright, "broker", "start", "--listen", "127.0.0.1:0", "--data", data], settings=settings)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("pactwright", "obligations", "pact", "pacts", "ours", "js", "work"):
        parser.add_argument(f"--{name}", type=lambda path: pathlib.Path(path).absolute(), required=True)
    parser.add_argument("--node", default=shutil.which("node") or "node")
    parser.add_argument("--only", nargs="*", choices=STORIES, default=list(STORIES))
    arguments = parser.parse_args()
    tools = Tools(arguments)
    # Most of the time is spent on waiting for programs to start.
    all_at_once(lambda name: play(tools, name), arguments.only)


def play(tools, name):
    STORY.name, started = name, time.monotonic()
    step(STORIES[name].__doc__.strip().splitlines()[0])
    STORIES[name].play(tools)
    step(f"done ({time.monotonic() - started:.0f} s)")


if __name__ == "__main__":
    try:
        main()
    except Failed as failure:
        print(f"FAILED: {failure}", file=sys.stderr)
        sys.exit(1)
    print("interop: all steps did what they must")
