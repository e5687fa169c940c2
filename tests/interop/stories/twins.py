"""The same interactions, written with our DSL and with pact-js: what they ask of a provider is equal."""

import shutil

from harness import check, finish, run, step

PACTS = ["twins-twin-api.json", "twins-twin-events.json", "twins-twin-prices.json"]


def play(tools):
    folder = tools.work / "twins"
    shutil.rmtree(folder, ignore_errors=True)
    run([*tools.node, "twins.mjs", folder], cwd=tools.js, quiet=True)
    for name in PACTS:
        status, printed = finish([tools.obligations, tools.ours / name, folder / name])
        check(status == 0, f"pact-js and our DSL ask for different things in {name}:\n{printed}")
        step(f"{name}: our DSL and pact-js agree: {printed.strip()}")
