#!/usr/bin/env python3
"""Other people's pact files and other people's client against our broker, and our client beside it.

    interop.py --pactwright target/release/pactwright --pact .venv/bin/pact --pacts DIR

`--pact` is the single-binary Pact CLI from PyPI (`pip install pact-python-cli`), `--pacts` a folder of pact files that
other implementations wrote. Each client gets a broker of its own and plays the same story: publish everything, verify
a live provider with provider states, record what is deployed, ask before the next deployment.
Exit status: 0 when every step did what it must.
"""

import argparse
import json
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
SELECTOR = json.dumps({"consumer": "checkout-web", "mainBranch": True})


class Failed(Exception):
    """A step did not do what it must."""


def step(text):
    print(f"  {text}", flush=True)


def run(command, expect):
    """Runs a command and checks its exit status; answers everything it printed."""
    shown = " ".join(str(part) for part in command)
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)
    if done.returncode != expect:
        raise Failed(f"$ {shown}\n{done.stdout}\nexit status {done.returncode}, but {expect} was expected")
    step(f"[{done.returncode}] {shown[:150]}")
    return done.stdout


class Server:
    """A process that prints its address once it serves."""

    def __init__(self, command):
        self.process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, text=True)
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
        if self.is_ours() and status != 0:
            raise Failed(f"the broker ended with status {status} on SIGTERM")

    def is_ours(self):
        return "pactwright" in str(self.process.args[0])


def get(url):
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Accept": "application/hal+json"}), timeout=20) as answer:
        return json.load(answer)


def check_stored(broker, pacts, word_for_word):
    """Every published pact is there, with everything that its file says. The Pact CLI spells some things differently
    before it sends them, so of what it sends only the interactions are counted and named."""
    for path in pacts:
        pact = json.loads(path.read_text())
        consumer, provider = pact["consumer"]["name"], pact["provider"]["name"]
        quote = urllib.request.quote
        stored = get(f"{broker}/pacts/provider/{quote(provider)}/consumer/{quote(consumer)}/version/1.0.0")
        for key in ("interactions", "messages"):
            for mine, theirs in zip(pact.get(key, []), stored.get(key, []), strict=True):
                if word_for_word and {**mine, "_id": theirs["_id"]} != theirs:
                    raise Failed(f"{path.name}: the broker changed {mine.get('description')}")
                if mine["description"] != theirs["description"]:
                    raise Failed(f"{path.name}: the broker changed {mine.get('description')}")
    step(f"all {len(pacts)} pacts are stored as they were published")


def story(name, broker, client, pacts):
    """The same story for every client; `client` knows how each spells it."""
    step(f"-- {name}, broker at {broker}")
    for path in pacts:
        run(client["publish"] + [path, "--consumer-app-version", "1.0.0", "--branch", "main", "-b", broker], expect=0)
    check_stored(broker, pacts, word_for_word=name == "pactwright")

    def verify(version, provider_arguments, expect):
        with Server([sys.executable, HERE / "provider.py", *provider_arguments]) as provider:
            port = provider.url.rsplit(":", 1)[1]
            return run(client["verify"] + [
                "--provider-name", "orders-api", "-h", "127.0.0.1", "-p", port, "--broker-url", broker,
                "--consumer-version-selectors", SELECTOR, "--state-change-url", f"{provider.url}/_states",
                "--state-change-teardown", "--publish", "--provider-version", version, "--provider-branch", "main"], expect)

    def can_i_deploy(participant, version, expect):
        return run(client["can-i-deploy"] + ["--pacticipant", participant, "--version", version, "--to-environment", "production",
                                             "-b", broker], expect)

    def record(participant, version):
        run(client["record-deployment"] + ["--pacticipant", participant, "--version", version, "--environment", "production",
                                           "-b", broker], expect=0)

    run(client["create-environment"] + ["--name", "production", "--production", "-b", broker], expect=0)
    verify("2.0.0", [], expect=0)
    can_i_deploy("orders-api", "2.0.0", expect=0)
    record("orders-api", "2.0.0")
    can_i_deploy("checkout-web", "1.0.0", expect=0)
    record("checkout-web", "1.0.0")
    verify("2.1.0", ["--broken"], expect=1)
    said = can_i_deploy("orders-api", "2.1.0", expect=1)
    if "checkout-web" not in said:
        raise Failed(f"the refusal does not name the consumer:\n{said}")
    answer = get(f"{broker}/can-i-deploy?pacticipant=orders-api&version=2.1.0&environment=production")
    if answer["summary"]["deployable"] is not False or answer["summary"]["failed"] != 1:
        raise Failed(f"the broker says {answer['summary']}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pactwright", type=pathlib.Path, required=True)
    parser.add_argument("--pact", type=pathlib.Path, required=True)
    parser.add_argument("--pacts", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    pacts = sorted(arguments.pacts.glob("*.json"))
    if not pacts:
        raise Failed(f"{arguments.pacts} holds no pact files")
    theirs = [arguments.pact, "broker"]
    ours = [arguments.pactwright]
    clients = {
        "the Pact CLI": {**{name: theirs + [name] for name in ("publish", "create-environment", "can-i-deploy", "record-deployment")},
                         "verify": [arguments.pact, "verifier"]},
        "pactwright": {name: ours + [name] for name in ("publish", "create-environment", "can-i-deploy", "record-deployment", "verify")},
    }
    for name, client in clients.items():
        with tempfile.TemporaryDirectory() as data:
            with Server([arguments.pactwright, "broker", "start", "--listen", "127.0.0.1:0", "--data", data]) as broker:
                story(name, broker.url, client, pacts)


if __name__ == "__main__":
    try:
        main()
    except Failed as failure:
        print(f"FAILED: {failure}", file=sys.stderr)
        sys.exit(1)
    print("interop: all steps did what they must")
