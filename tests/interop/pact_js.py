"""The verifier of pact-js, asked to verify several times in one process."""

import json

from harness import check, run


def job(provider, **options):
    """A verification of a provider that serves; `options` are those of the verifier of pact-js."""
    known = {"provider": provider.provider.name, "providerBaseUrl": provider.url, "providerStatesSetupUrl": provider.states_url}
    return {"options": {**known, **options}, "messages": provider.provider.of_messages}


def verify(tools, jobs):
    """Whether each verification succeeded, and everything that was printed."""
    printed = run([*tools.node, "verify.mjs", json.dumps(jobs)], cwd=tools.js, quiet=True)
    answers = [json.loads(line)["verified"] for line in printed.splitlines() if line.startswith('{"verified"')]
    check(len(answers) == len(jobs), f"pact-js answered {len(answers)} of {len(jobs)} times:\n{printed}")
    return answers, printed
