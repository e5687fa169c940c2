"""The contract that the Ruby client's own tests wrote holds for our broker: the Pact CLI's verifier and ours replay it.

Provider states are set up through our API, for every interaction in a broker that was emptied.
"""

import json
import tempfile

from harness import all_at_once, check, step
from providers import PactBroker, Serving
from verifiers import pact_cli, pactwright

CONTRACT = "pact-broker-client-v2"


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
        check(verdicts.status == 0 and not verdicts.failed(), f"{verifier.name} fails {sorted(verdicts.failed())}:\n{verdicts.printed}")
        check(len(verdicts.results) == expected, f"{verifier.name} verified {len(verdicts.results)} interactions of {expected}")
        step(f"{verifier.name}: all {expected} interactions hold")
