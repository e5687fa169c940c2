"""The contract that the Ruby client's own tests wrote holds for our broker: the Pact CLI's verifier and ours replay it.

Provider states are set up through our API, for every interaction in a broker that was emptied.
"""

import json
import tempfile

from harness import all_at_once, check, step
from providers import PactBroker, Serving
from verifiers import pact_cli, pactwright

CONTRACT = "pact-broker-client-v2"
# Once the broker has webhooks, these hold too, and the set is empty.
WITHOUT_WEBHOOKS = {
    "a request to create a global webhook with a JSON body",
    "a request to create a webhook for a consumer and provider",
    "a request to create a webhook with a JSON body and a uuid",
    "a request to create a webhook with a JSON body for a consumer",
    "a request to create a webhook with a JSON body for a consumer and provider",
    "a request to create a webhook with a JSON body for a consumer specified by a label",
    "a request to create a webhook with a JSON body for a consumer that does not exist",
    "a request to create a webhook with a JSON body for a provider",
    "a request to create a webhook with a JSON body for a provider specified by a label",
    "a request to create a webhook with a non-JSON body for a consumer and provider",
    "a request to create a webhook with every possible event type",
    "a request to update a webhook",
    "an invalid request to create a webhook for a consumer and provider",
}


def replay(tools, verifier, path):
    with tempfile.TemporaryDirectory() as data, tools.broker(data) as broker, Serving(lambda: PactBroker(broker.url)) as provider:
        return verifier.verify(provider, ["-f", path])


def play(tools):
    paths = [path for path in tools.pacts if path.stem == CONTRACT]
    if not paths:
        step(f"skipped: the folder of pacts has no {CONTRACT}")
        return
    [path] = paths
    expected = len(json.loads(path.read_text())["interactions"])
    verifiers = [pact_cli(tools.pact), pactwright(tools.pactwright)]
    for verifier, verdicts in zip(verifiers, all_at_once(lambda one: replay(tools, one, path), verifiers), strict=True):
        wrong = sorted(verdicts.failed() ^ WITHOUT_WEBHOOKS)
        check(not wrong, f"{verifier.name} fails what holds, or does not fail what cannot hold yet: {wrong}\n{verdicts.printed}")
        check(len(verdicts.results) == expected, f"{verifier.name} verified {len(verdicts.results)} interactions of {expected}")
        check(verdicts.status == bool(WITHOUT_WEBHOOKS), f"{verifier.name} ended with status {verdicts.status}:\n{verdicts.printed}")
        step(f"{verifier.name}: {expected - len(WITHOUT_WEBHOOKS)} of {expected} interactions hold, the others wait for webhooks")
