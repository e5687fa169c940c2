"""Other people's pact files and other people's client against our broker, and our client beside it.

Each client gets a broker of its own and plays the same story: publish everything, verify a live provider with provider
states, record what is deployed, ask before the next deployment.
"""

import json
import tempfile
import urllib.parse

from harness import Server, check, get, run, step
from providers import OrdersApi, Serving

SELECTOR = json.dumps({"consumer": "checkout-web", "mainBranch": True})


def check_stored(broker, pacts, word_for_word):
    """Every published pact is there, with everything that its file says. The Pact CLI spells some things differently
    before it sends them, so of what it sends only the interactions are counted and named."""
    for path in pacts:
        pact = json.loads(path.read_text())
        consumer, provider = (urllib.parse.quote(pact[role]["name"]) for role in ("consumer", "provider"))
        stored = get(f"{broker}/pacts/provider/{provider}/consumer/{consumer}/version/1.0.0")
        for key in ("interactions", "messages"):
            for mine, theirs in zip(pact.get(key, []), stored.get(key, []), strict=True):
                kept = not word_for_word or {**mine, "_id": theirs["_id"]} == theirs
                check(kept and mine["description"] == theirs["description"],
                      f"{path.name}: the broker changed {mine.get('description')}")
    step(f"all {len(pacts)} pacts are stored as they were published")


def journey(name, broker, client, pacts):
    """The same journey for every client; `client` knows how each spells it."""
    step(f"-- {name}, broker at {broker}")
    for path in pacts:
        run(client["publish"] + [path, "--consumer-app-version", "1.0.0", "--branch", "main", "-b", broker])
    check_stored(broker, pacts, word_for_word=name == "pactwright")

    def verify(version, broken, expect):
        with Serving(OrdersApi, broken) as provider:
            return run(client["verify"] + [
                "--provider-name", "orders-api", "-h", "127.0.0.1", "-p", provider.port, "--broker-url", broker,
                "--consumer-version-selectors", SELECTOR, "--state-change-url", provider.states_url,
                "--state-change-teardown", "--publish", "--provider-version", version, "--provider-branch", "main"], expect)

    def can_i_deploy(participant, version, expect):
        return run(client["can-i-deploy"] + ["--pacticipant", participant, "--version", version, "--to-environment", "production",
                                             "-b", broker], expect)

    def record(participant, version):
        run(client["record-deployment"] + ["--pacticipant", participant, "--version", version, "--environment", "production",
                                           "-b", broker])

    run(client["create-environment"] + ["--name", "production", "--production", "-b", broker])
    verify("2.0.0", None, expect=0)
    can_i_deploy("orders-api", "2.0.0", expect=0)
    record("orders-api", "2.0.0")
    can_i_deploy("checkout-web", "1.0.0", expect=0)
    record("checkout-web", "1.0.0")
    verify("2.1.0", "a total that is text", expect=1)
    said = can_i_deploy("orders-api", "2.1.0", expect=1)
    check("checkout-web" in said, f"the refusal does not name the consumer:\n{said}")
    summary = get(f"{broker}/can-i-deploy?pacticipant=orders-api&version=2.1.0&environment=production")["summary"]
    check(summary["deployable"] is False and summary["failed"] == 1, f"the broker says {summary}")


def play(tools):
    names = ("publish", "create-environment", "can-i-deploy", "record-deployment")
    clients = {
        "the Pact CLI": {**{name: [tools.pact, "broker", name] for name in names}, "verify": [tools.pact, "verifier"]},
        "pactwright": {name: [tools.pactwright, name] for name in (*names, "verify")},
    }
    for name, client in clients.items():
        with tempfile.TemporaryDirectory() as data, tools.broker(data) as broker:
            journey(name, broker.url, client, tools.pacts)
