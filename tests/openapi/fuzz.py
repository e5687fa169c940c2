#!/usr/bin/env python3
"""Whether the broker does what its OpenAPI document says, whatever it is asked.

    fuzz.py --pactwright target/debug/pactwright --schemathesis VENV/bin/schemathesis --work DIR [--seed N] [--examples N]

Starts the broker, tells it a story through its API, and lets schemathesis ask everything that the document knows, with
good and bad data, half of it about things that are there: as an administrator, as a team's pipeline, and as somebody who
does not say who it is. The same seed asks the same questions. Webhooks may go to a receiver beside it and nowhere else. It
fails when

- an answer has a status of 5xx, or one, a media type, a header or a body that the document does not say; a body must not
  have members that the document does not know, either;
- somebody who does not say who it is gets an answer to anything that is not open to all, or a pipeline to what is for
  administrators;
- something of the document was never answered with success: what is not reached is not tested;
- anything panicked, or what is stored is not whole afterwards.

Exit status: 0 when nothing failed.
"""

import argparse
import collections
import copy
import http.server
import json
import pathlib
import shutil
import subprocess
import sys
import threading
import urllib.parse
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "interop"))

from harness import STORY, Failed, Server, all_at_once, check, environment, run, step  # noqa: E402 (it stands beside, not above)
from story import CONSUMER, TOKEN, Story, asked_for  # noqa: E402

METHODS = ("get", "put", "post", "patch", "delete")
ADMINISTRATOR, PIPELINE, STRANGER = "an administrator", "a pipeline", "a stranger"
# Of those who may do less, less is asked: most of it is refused, and in one way.
FEW = ["--phases", "examples,fuzzing", "--max-examples", "2"]
# Who asks what, each a broker of its own. What removes things is asked apart: nothing would be there any more for the others.
PASSES = [
    ("everything but removals", ADMINISTRATOR, ["--exclude-method", "DELETE"]),
    ("removals", ADMINISTRATOR, ["--include-method", "DELETE"]),
    ("everything", PIPELINE, FEW),
    ("everything", STRANGER, FEW),
]


def is_open(path):
    """Whether everybody may see it, who says nothing or something wrong of who it is."""
    return path.startswith("/health/") or path.endswith("/badge")


# Webhooks go nowhere but to this machine, whatever their addresses are made to be. Whoever asks is an administrator: users
# and tokens that are made on the way would otherwise shut everybody out.
SETTINGS = {"PACTWRIGHT_ADMIN_TOKEN": TOKEN, "PACT_BROKER_WEBHOOK_SCHEME_WHITELIST": "http", "PACT_BROKER_WEBHOOK_HOST_WHITELIST": "127.0.0.1/32"}


class Receiver(http.server.BaseHTTPRequestHandler):
    """Takes what webhooks send, unless it is sent to where nothing is taken."""

    def do_POST(self):  # noqa: N802 (the name is not ours)
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(500 if self.path.endswith("/fails") else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        """Nobody needs to read it."""


def closed(schema):
    """The same schema, which takes no members but those it speaks of."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    strict = {name: closed(value) for name, value in schema.items()}
    if isinstance(strict.get("properties"), dict) and strict.get("type") == "object":
        strict.setdefault("additionalProperties", False)
    return strict


def prepared(document, story):
    """The document, with names that are there among those that may be asked for, and with answers held to the letter."""
    document = copy.deepcopy(document)
    requests = referred(document)
    schemas = document["components"]["schemas"]
    document["components"]["schemas"] = {name: schema if name in requests else closed(schema) for name, schema in schemas.items()}
    for content in document["paths"]["/environments"]["post"]["requestBody"]["content"].values():
        # The one of the example is there already.
        content["example"]["name"] = "staging"
    for item in document["paths"].values():
        for method in METHODS:
            for content in item.get(method, {}).get("requestBody", {}).get("content", {}).values():
                if "url" in content["example"].get("request", {}):
                    content["example"]["request"]["url"] = story.receiver
    for path, item in document["paths"].items():
        lists = [item.get("parameters", []), *(item[method].get("parameters", []) for method in METHODS if method in item)]
        for parameter in (parameter for parameters in lists for parameter in parameters):
            known = story.known(path, parameter)
            if known:
                parameter["example"] = known[0]
                parameter["schema"] = {"anyOf": [{"enum": known}, parameter["schema"]]}
    return document


def referred(document):
    """The names of the schemas that bodies of requests and parameters are made of."""
    schemas, names = document["components"]["schemas"], set()

    def visit(value):
        if isinstance(value, list):
            for item in value:
                visit(item)
        elif isinstance(value, dict):
            name = str(value.get("$ref", "")).removeprefix("#/components/schemas/")
            if name in schemas and name not in names:
                names.add(name)
                visit(schemas[name])
            for member in value.values():
                visit(member)

    for item in document["paths"].values():
        visit(item.get("parameters"))
        for method in METHODS:
            visit(item.get(method, {}).get("parameters"))
            visit(item.get(method, {}).get("requestBody"))
    return names


def broker(options, work):
    """A broker with data of its own."""
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    command = [options.pactwright, "broker", "start", "--listen", "127.0.0.1:0", "--data", work / "data"]
    return Server(command, settings=SETTINGS, log=work / "log")


def calm(options, work):
    """What has to hold of a broker that was stopped, whatever it was asked."""
    log = (work / "log").read_text(errors="replace")
    check("panicked" not in log, f"something panicked: see {work / 'log'}")
    run([options.pactwright, "broker", "check", "--data", work / "data"], quiet=True)


def ask(options, number):
    """One run of schemathesis against a broker of its own; what of it was never answered with success is a mistake."""
    STORY.name = "openapi"
    name, who, selection = PASSES[number]
    work = options.work / str(number)
    with broker(options, work) as server:
        with urllib.request.urlopen(asked_for(server.url + "/openapi.json"), timeout=20) as answer:
            document = json.load(answer)
        story = Story(server.url, document, options.receiver)
        path = work / "openapi.json"
        path.write_text(json.dumps(prepared(document, story), indent=1))
        events, log = work / "events.ndjson", work / "schemathesis"
        credentials = []
        if who != STRANGER:
            token = TOKEN if who == ADMINISTRATOR else story.contributor()
            credentials = ["--header", f"Authorization: Bearer {token}"]
        command = [options.schemathesis, "--config-file", HERE / "schemathesis.toml", "run", path, "--url", server.url, *credentials,
                   "--seed", options.seed, "--max-examples", options.examples, "--generation-database", "none", "--no-color",
                   "--report", "ndjson", "--report-ndjson-path", events, "--continue-on-failure", *selection, *options.more]
        with log.open("wb") as printed:
            status = subprocess.run([str(part) for part in command], check=False, env=environment(), cwd=work, stdout=printed,
                                    stderr=subprocess.STDOUT).returncode
        if status != 0:
            raise Failed(f"{log.read_text(errors='replace')}\n{name} by {who}: schemathesis ended with status {status}; what it sent is in {events}")
    calm(options, work)
    judge(name, who, answered(events))


def answered(events):
    """How each operation was answered, how often: statuses by label (`GET /pacticipants`)."""
    statuses = {}
    for line in events.open():
        recorder = json.loads(line).get("ScenarioFinished", {}).get("recorder") or {}
        if "interactions" not in recorder:
            continue
        found = statuses.setdefault(recorder["label"], collections.Counter())
        for interaction in recorder["interactions"].values():
            found[(interaction["response"] or {}).get("status_code") or 0] += 1
    return statuses


def judge(name, who, statuses):
    """Whether that is how whoever asks has to be answered; schemathesis looked at the rest."""
    total = sum(statuses.values(), collections.Counter())
    done = {label for label, found in statuses.items() if any(status // 100 in (2, 3) for status in found)}
    told = ", ".join(f"{count} times {status}" for status, count in sorted(total.items()))
    step(f"{name} by {who}: {len(done)} of {len(statuses)} operations were answered with success; {told}")
    check(not [status for status in total if status // 100 == 5 or status == 0], f"{name} by {who}: {told}")
    for label, found in statuses.items():
        method, path = label.split(" ", 1)
        if who == STRANGER and not is_open(path):
            # An address that is none is refused before it is asked who calls.
            check(found[401] and not set(found) - {401, 404, 422}, f"{label} by a stranger: {dict(found)}")
        if who == PIPELINE and (path.startswith("/access/users") or path == "/events"):
            check(label not in done, f"{label} by a pipeline was answered with success")
    if who == PIPELINE:
        check(total[403] > 20 and len(done) > 100, f"a pipeline is let through everywhere or nowhere: {told}")
    # Of what is removed first, much else is a part: whether removals succeed, `remove` looks at one by one.
    if who == ADMINISTRATOR and name != "removals":
        missed = "\n".join(sorted(set(statuses) - done))
        check(not missed, f"never answered with success, so that nothing is known of it; story.py may make it possible:\n{missed}")


def remove(options):
    """Every removal of the document, each from a story of its own: it must succeed as the document says."""
    work, paths, done = options.work / "removals", None, 0
    while paths is None or paths:
        with broker(options, work) as server:
            with urllib.request.urlopen(asked_for(server.url + "/openapi.json"), timeout=20) as answer:
                document = json.load(answer)
            if paths is None:
                paths = sorted(path for path, item in document["paths"].items() if "delete" in item)
            story, path = Story(server.url, document, options.receiver), paths.pop()
            address = path
            for parameter in document["paths"][path].get("parameters", []):
                address = address.replace("{" + parameter["name"] + "}", str(story.known(path, parameter)[0]))
            status = story.status("DELETE", address)
            if status // 100 != 2 or str(status) not in document["paths"][path]["delete"]["responses"]:
                raise Failed(f"DELETE {address} was answered with {status}")
            done += 1
    step(f"{done} removals, each from a story of its own")


def strangers(options):
    """Everything of the document, asked by somebody who does not say who it is: nothing is answered but what is open to all."""
    count, work = 0, options.work / "strangers"
    with broker(options, work) as server:
        with urllib.request.urlopen(asked_for(server.url + "/openapi.json"), timeout=20) as answer:
            document = json.load(answer)
        story = Story(server.url, document, options.receiver)
        for path, item in document["paths"].items():
            address = path
            for parameter in item.get("parameters", []):
                known = story.known(path, parameter) or ["x"]
                address = address.replace("{" + parameter["name"] + "}", urllib.parse.quote(str(known[0]), safe=""))
            for method in (method for method in METHODS if method in item):
                status, body = story.ask_as_stranger(method.upper(), address)
                if (status != 401 or CONSUMER in body) and not is_open(path):
                    raise Failed(f"{method.upper()} {address} by a stranger was answered with {status}: {body}")
                count += 1
    step(f"{count} requests by a stranger")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("pactwright", "schemathesis", "work"):
        parser.add_argument(f"--{name}", type=lambda path: pathlib.Path(path).absolute(), required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--examples", type=int, default=6)
    options, options.more = parser.parse_known_args()
    receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    options.receiver = f"http://127.0.0.1:{receiver.server_port}/builds"
    STORY.name = "openapi"
    step(f"seed {options.seed}, {options.examples} examples for each operation")
    strangers(options)
    remove(options)
    all_at_once(lambda number: ask(options, number), range(len(PASSES)))


if __name__ == "__main__":
    try:
        main()
    except Failed as failure:
        print(f"FAILED: {failure}", file=sys.stderr)
        sys.exit(1)
    print("openapi: the broker does what its document says")
