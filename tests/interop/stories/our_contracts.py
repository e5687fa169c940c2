"""Contracts that our DSL wrote, replayed at a live provider by others: by the Pact CLI, and by pact-js; and by ours.

A good provider passes. A provider that is broken in one way fails in those interactions that are about it, and in no
others.
"""

import contextlib
import json
import re

import pact_js
from harness import Failed, all_at_once, check, step
from providers import Serving, ShopApi, ShopEvents, ShopPrices
from verifiers import pact_cli, pactwright

PROVIDERS = {provider.name: provider for provider in (ShopApi, ShopEvents, ShopPrices)}
WRITTEN = ["browser-shop-api.json", "desktop-shop-api.json", "kiosk-shop-api.json", "store-room-shop-events.json", "till-shop-prices.json",
           "warehouse-shop-events.json"]


class Contract:
    def __init__(self, path):
        self.path, self.name = path, path.stem
        pact = json.loads(path.read_text())
        self.provider = PROVIDERS[pact["provider"]["name"]]
        self.interactions = pact.get("interactions", []) + pact.get("messages", [])
        self.pending = {one["description"] for one in self.interactions if one.get("pending")}

    def must_fail(self, broken):
        return {one["description"] for one in self.interactions} & broken.fails


def check_good(verifier, contract):
    with Serving(contract.provider) as provider:
        verdicts = verifier.verify(provider, ["-f", contract.path])
    check(verdicts.status == 0, f"{verifier.name} finds a good provider to break {contract.name}:\n{verdicts.printed}")
    check(len(verdicts.results) == len(contract.interactions), f"{verifier.name} verified {len(verdicts.results)} interactions of {contract.name}")
    check(verdicts.failed() == contract.pending, f"{verifier.name} fails {verdicts.failed()} of {contract.name}, but {contract.pending} are pending")


def check_broken(verifier, contract, way, broken):
    wanted = contract.must_fail(broken)
    if not wanted:
        return 0
    with Serving(contract.provider, way) as provider:
        only = "|".join(f"^{re.escape(description)}$" for description in sorted(wanted))
        verdicts = verifier.verify(provider, ["-f", contract.path], only)
    check(verdicts.status == 1, f"{verifier.name} does not see that {contract.name} is broken by {way}:\n{verdicts.printed}")
    check(verdicts.failed() == wanted, f"{verifier.name} fails {verdicts.failed()} of {contract.name} for {way}, but {wanted} are broken")
    return 1


def read_by_pact_js(tools, contracts):
    """The verifier of pact-js, in one process for all contracts: with a good provider, and with one that is broken."""
    with contextlib.ExitStack() as servings:
        jobs, ways = [], []
        for contract in contracts:
            way = next(way for way, broken in contract.provider.breaks.items() if contract.must_fail(broken))
            for broken in (None, way):
                provider = servings.enter_context(Serving(contract.provider, broken))
                jobs.append(pact_js.job(provider, pactUrls=[str(contract.path)]))
                ways.append((contract, broken))
        answers, printed = pact_js.verify(tools, jobs)
    for (contract, broken), verified in zip(ways, answers, strict=True):
        check(verified == (broken is None), f"pact-js says {verified} of {contract.name}, where the provider is {broken or 'good'}:\n{printed}")
    step(f"pact-js: {len(contracts)} contracts of ours hold with a good provider, and fail with a broken one")


def play(tools):
    contracts = [Contract(tools.ours / name) for name in WRITTEN]
    for provider in PROVIDERS.values():
        for way, broken in provider.breaks.items():
            if not any(contract.must_fail(broken) for contract in contracts if contract.provider is provider):
                raise Failed(f"no contract with {provider.name} is about {way}")
    interactions = sum(len(contract.interactions) for contract in contracts)
    cases = [(contract, way, broken) for contract in contracts for way, broken in contract.provider.breaks.items()]
    for verifier in (pact_cli(tools.pact), pactwright(tools.pactwright)):
        all_at_once(lambda contract, verifier=verifier: check_good(verifier, contract), contracts)
        counted = sum(all_at_once(lambda case, verifier=verifier: check_broken(verifier, *case), cases))
        step(f"{verifier.name}: {interactions} interactions in {len(contracts)} contracts of ours hold with a good provider, "
             f"and {counted} times it sees what is broken")
    read_by_pact_js(tools, contracts)
