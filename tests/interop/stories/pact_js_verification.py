"""A provider verification with pact-js: contracts from our broker with selectors, pending and work in progress, results back to it.

`checkout-web` has a contract on its main branch; `mobile-app` has one on a feature branch that nobody verified yet, and
that is in production nevertheless.
"""

import tempfile
import urllib.parse

import pact_js
from harness import check, get, run, step
from providers import OrdersApi, Serving

# Breaks the contract of mobile-app, and no other.
BROKEN_FOR_MOBILE = "health as JSON"
MAIN, FEATURE, DEPLOYED = [{"mainBranch": True}], [{"mainBranch": True}, {"branch": "feat/tiny"}], [{"deployedOrReleased": True}]
WORK_IN_PROGRESS = {"enablePending": True, "includeWipPactsSince": "2020-01-01"}

# Version, selectors, other options, way to be broken; then whether it succeeds, and what the broker knows afterwards about
# checkout-web and mobile-app (None: not verified).
VERIFICATIONS = [
    ("1.0.0", MAIN, {"enablePending": True}, BROKEN_FOR_MOBILE, True, (True, None), "only the main branch is selected"),
    ("1.1.0", MAIN, WORK_IN_PROGRESS, BROKEN_FOR_MOBILE, True, (True, False), "work in progress is verified, and may fail"),
    ("1.2.0", FEATURE, {"enablePending": True}, BROKEN_FOR_MOBILE, True, (True, False), "what never succeeded is pending, and may fail"),
    ("1.3.0", FEATURE, {"enablePending": False}, BROKEN_FOR_MOBILE, False, (True, False), "without pending, every failure counts"),
    ("1.4.0", FEATURE, {"enablePending": True}, None, True, (True, True), "a good provider keeps both"),
    ("1.5.0", FEATURE, {"enablePending": True}, BROKEN_FOR_MOBILE, False, (True, False), "what succeeded once is not pending any more"),
    ("1.6.0", MAIN, {"enablePending": True}, "an order without a contact", False, (False, None), "the main branch never was pending"),
    ("1.7.0", DEPLOYED, {"enablePending": False}, BROKEN_FOR_MOBILE, False, (None, False), "only what is deployed is selected"),
]


def result(broker, consumer, version):
    """What the broker knows about a consumer's contract and a version of the provider: kept, broken, or not verified."""
    selectors = [("q[][pacticipant]", consumer), ("q[][version]", "1.0.0"), ("q[][pacticipant]", "orders-api"), ("q[][version]", version)]
    rows = get(f"{broker}/matrix?{urllib.parse.urlencode([*selectors, ('latestby', 'cvpv')])}")["matrix"]
    results = [row["verificationResult"]["success"] for row in rows if row["verificationResult"]]
    return results[0] if results else None


def play(tools):
    paths = {path.stem: path for path in tools.pacts}
    wanted = {"checkout-web-orders-api": "main", "mobile-app-orders-api": "feat/tiny"}
    if not wanted.keys() <= paths.keys():
        step("skipped: the folder of pacts has no contract of mobile-app with orders-api")
        return
    with tempfile.TemporaryDirectory() as data, tools.broker(data) as broker:
        run([tools.pact, "broker", "create-or-update-pacticipant", "--name", "mobile-app", "--main-branch", "main", "-b", broker.url], quiet=True)
        for name, branch in wanted.items():
            run([tools.pact, "broker", "publish", paths[name], "-a", "1.0.0", "--branch", branch, "-b", broker.url], quiet=True)
        in_production = ["--environment", "production", "-b", broker.url]
        run([tools.pact, "broker", "create-environment", "--name", "production", "--production", "-b", broker.url], quiet=True)
        run([tools.pact, "broker", "record-deployment", "-a", "mobile-app", "-e", "1.0.0", *in_production], quiet=True)
        for version, selectors, options, way, succeeds, known, sentence in VERIFICATIONS:
            with Serving(OrdersApi, way) as provider:
                job = pact_js.job(provider, pactBrokerUrl=broker.url, consumerVersionSelectors=selectors, publishVerificationResult=True,
                                  providerVersion=version, providerVersionBranch="main", **options)
                [verified], printed = pact_js.verify(tools, [job])
            check(verified == succeeds, f"{sentence}, but pact-js says {verified} of version {version}:\n{printed}")
            stored = tuple(result(broker.url, name, version) for name in ("checkout-web", "mobile-app"))
            check(stored == known, f"{sentence}, but the broker knows {stored} of version {version}, not {known}:\n{printed}")
            branches = get(f"{broker.url}/pacticipants/orders-api/versions/{version}")["_embedded"]["branchVersions"]
            check([branch["name"] for branch in branches] == ["main"], f"version {version} is on {branches}, not on the main branch")
            step(f"{version}: {sentence}")
