"""The Pact CLI's verifier and ours come to the same verdict about every interaction, from files and from our broker.

For every contract with a provider here: where the provider is good, and where it is broken, in each way that it can be.
Where the two differ on purpose, `DIFFERENCES` says so, and why.
"""

import json
import tempfile

from harness import all_at_once, check, run, step
from providers import LedgerSoap, LedgerWithoutNamespace, MetricsApi, OrdersApi, OrdersEvents, RatesRpc, Serving
from verifiers import pact_cli, pactwright

PROVIDERS = {provider.name: provider for provider in (LedgerSoap, MetricsApi, OrdersApi, OrdersEvents, RatesRpc)}

# By contract and way to be broken (None is a good provider): the interactions that the Pact CLI fails, where we fail others.
DIFFERENCES = {
    # Rules of the contract have paths with prefixes (`$.ns1:ledger.ns1:entry['@id']`), as pact-js writes them. The Pact
    # CLI looks for rules under the namespace (`urn:ledger:ledger`), does not find these, and compares all values with
    # the examples. Without the namespace it finds them, and agrees with us: `without_namespace`.
    ("billing-batch-ledger-soap", None): {"a ledger query"},
    ("billing-batch-ledger-soap", "another currency"): {"a ledger query"},
    # The Pact CLI takes whatever a provider of messages answers for the message, also with a status that says that there
    # is none. We take the provider at its word.
    ("warehouse-orders-events", "a message that comes with 404"): set(),
}


class Case:
    """A contract, where it comes from, and a provider that is good or broken in some way."""

    def __init__(self, name, source, provider, way, interactions):
        self.name, self.source, self.provider, self.way, self.interactions = name, source, provider, way, interactions

    def __str__(self):
        return f"{self.name} with a provider that {'has ' + self.way if self.way else 'is good'}"

    def must_fail(self):
        return self.interactions & self.provider.breaks[self.way].fails if self.way else set()


def cases_of(path, source, provider=None):
    pact = json.loads(path.read_text())
    provider = provider or PROVIDERS.get(pact["provider"]["name"])
    if provider is None:
        return []
    interactions = {one["description"] for one in pact.get("interactions", []) + pact.get("messages", [])}
    unknown = interactions - set().union(*(broken.fails for broken in provider.breaks.values()))
    if unknown:
        step(f"{path.stem} is left out: nothing here breaks {sorted(unknown)}")
        return []
    ways = [None, *(way for way, broken in provider.breaks.items() if not broken.fails or broken.fails & interactions)]
    return [Case(path.stem, source, provider, way, interactions) for way in ways]


def compare(verifiers, case):
    """Both verifiers at providers of their own, because provider states change them."""
    found = []
    for verifier in verifiers:
        with Serving(case.provider, case.way) as provider:
            found.append(verifier.verify(provider, case.source))
    theirs, ours = found
    check(set(theirs.results) == set(ours.results),
          f"{case}: the Pact CLI verifies {sorted(theirs.results)}, and pactwright {sorted(ours.results)}")
    on_purpose = (case.name, case.way) in DIFFERENCES
    expected = DIFFERENCES.get((case.name, case.way), case.must_fail())
    said = f"\n-- the Pact CLI\n{theirs.printed}\n-- pactwright\n{ours.printed}"
    check(ours.failed() == case.must_fail(), f"{case}: pactwright fails {ours.failed()}, but {case.must_fail()} must fail{said}")
    check(theirs.failed() == expected, f"{case}: the Pact CLI fails {theirs.failed()}, and pactwright {ours.failed()}{said}")
    undecided = case.way and case.provider.breaks[case.way].undecided
    check(on_purpose or ours.status == (2 if undecided else theirs.status),
          f"{case}: the Pact CLI ends with {theirs.status}, and pactwright with {ours.status}{said}")
    return len(ours.results)


def without_namespace(tools):
    """The contract about XML, with everything in no namespace."""
    written = []
    for path in tools.pacts:
        if path.stem == "billing-batch-ledger-soap":
            copy = tools.work / "billing-batch-ledger-soap-without-namespace.json"
            copy.write_text(path.read_text().replace(" xmlns:ns1='urn:ledger'", "").replace("ns1:", ""))
            written += cases_of(copy, ["-f", copy], LedgerWithoutNamespace)
    return written


def from_files(tools):
    cases = [case for path in tools.pacts for case in cases_of(path, ["-f", path])]
    return cases + without_namespace(tools)


def from_broker(tools, broker):
    """The good provider, and one that is broken, for each contract: that the source is another one shows there."""
    cases = []
    for path in tools.pacts:
        consumer = json.loads(path.read_text())["consumer"]["name"]
        selector = json.dumps({"consumer": consumer, "mainBranch": True})
        found = cases_of(path, ["--broker-url", broker, "--consumer-version-selectors", selector])
        if found:
            run([tools.pactwright, "publish", path, "--consumer-app-version", "1.0.0", "--branch", "main", "-b", broker], quiet=True)
        cases += found[:2]
    return cases


def play(tools):
    verifiers = [pact_cli(tools.pact), pactwright(tools.pactwright)]
    cases = from_files(tools)
    if not cases:
        step("skipped: no contract has a provider here")
        return
    verified = sum(all_at_once(lambda case: compare(verifiers, case), cases))
    step(f"from files: the same verdict in {len(cases)} runs about {verified} interactions, {len(DIFFERENCES)} differences on purpose")
    with tempfile.TemporaryDirectory() as data, tools.broker(data) as broker:
        cases = from_broker(tools, broker.url)
        verified = sum(all_at_once(lambda case: compare(verifiers, case), cases))
    step(f"from our broker: the same verdict in {len(cases)} runs about {verified} interactions")
