"""The Pact CLI's verifier and ours, asked in the same words, and what they say about each interaction."""

import json
import pathlib
import tempfile
from collections import Counter
from dataclasses import dataclass

from harness import Failed, finish


@dataclass
class Verdicts:
    """How a verification went: the exit status, and what failed and what did not."""

    status: int
    printed: str
    # By description, and the number among those with that description.
    results: dict

    def failed(self):
        return {description for (description, _), result in self.results.items() if result != "OK"}


@dataclass
class Verifier:
    name: str
    command: list

    def verify(self, provider, source, only=None):
        """Verifies a provider that serves against the contracts of a source (`-f FILE`, or a broker's flags)."""
        with tempfile.TemporaryDirectory() as folder:
            report = pathlib.Path(folder) / "report.json"
            command = [*self.command, *source, "-n", provider.provider.name, "-h", "127.0.0.1", "-p", provider.port, "-j", report,
                       "--state-change-url", provider.states_url, "--state-change-teardown"]
            if only:
                command += ["--filter-description", only]
            status, printed = finish(command)
            if not report.exists():
                raise Failed(f"{self.name} wrote no report, and ended with status {status}:\n{printed}")
            return Verdicts(status, printed, results(json.loads(report.read_text())))


def results(report):
    seen, found = Counter(), {}
    for one in report["interactionResults"]:
        found[one["description"], seen[one["description"]]] = one["result"]
        seen[one["description"]] += 1
    return found


def pact_cli(program):
    return Verifier("the Pact CLI", [program, "verifier"])


def pactwright(program):
    return Verifier("pactwright", [program, "verify"])
