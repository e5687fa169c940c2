#!/usr/bin/env python3
"""Whether the broker answers as the live Pact Broker did, whose answers others recorded.

    conformance.py SCENARIOS BROKER

`SCENARIOS` is the folder that holds `compare.py`, the scenarios and the recorded answers; `BROKER` is our program. Every
scenario must pass. Differences on purpose are in `differences.json`, each with its reason;
one that no longer differs, or that names no step, is a failure. Exit status: 0 when all of that holds.
"""

import json
import pathlib
import shlex
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent


def compare(scenarios, broker, differences, only):
    """What `compare.py` says about the scenarios of some areas, or some scenarios, by name; and everything it printed."""
    command = f"{shlex.quote(str(broker))} broker start --listen 127.0.0.1:{{port}} --data {{data}}"
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder) / "report.json"
        # Scenarios wait more than they compute.
        done = subprocess.run(
            [sys.executable, "-B", scenarios / "compare.py", "run", "-j", "4", "--broker-cmd", command, "--differences", differences,
             "--json", report, *(word for name in only for word in ("--only", name))],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode not in (0, 1) or not report.exists():
            sys.exit(f"{done.stdout}\nThe comparison ended with status {done.returncode}.")
        return {one["scenario"]: one for one in json.loads(report.read_text())["scenarios"]}, done.stdout


def without_port(found):
    """Scenarios that had no broker: `compare.py` looks for a free port before the broker takes it, and somebody else was faster."""
    def could_not_listen(one):
        differences = (difference for step in one["steps"] for difference in step["differences"])
        return any(each["at"] == "(broker)" and "cannot listen" in str(each["actual"]) for each in differences)

    return [name for name, one in found.items() if could_not_listen(one)]


def stale(differences, scenarios):
    """Differences on purpose that are none."""
    differing = {f"{one['scenario']}#{step['id']}" for one in scenarios for step in one["steps"] if step["waived"]}
    return sorted(set(json.loads(differences.read_text())) - differing)


def main():
    scenarios, broker = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]).absolute()
    differences = HERE / "differences.json"
    areas = sorted(area.name for area in (scenarios / "scenarios").iterdir())
    found, printed = compare(scenarios, broker, differences, areas)
    if again := without_port(found):
        second, more = compare(scenarios, broker, differences, again)
        found, printed = found | second, printed + more
    problems = [f"{name} does not pass" for name, one in sorted(found.items()) if not one["passed"]]
    problems += [f"{key} does not differ: it need not be listed in {differences.name}" for key in stale(differences, found.values())]
    if problems:
        sys.exit("\n".join([printed, *problems]))
    steps = sum(len(one["steps"]) for one in found.values())
    print(f"{len(found)} scenarios pass, which have {steps} steps")


if __name__ == "__main__":
    main()
