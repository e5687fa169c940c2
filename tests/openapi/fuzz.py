#!/usr/bin/env python3
"""Whether the broker does what its OpenAPI document says, whatever it is asked.

    fuzz.py --pactwright target/debug/pactwright --schemathesis VENV/bin/schemathesis --work DIR [--seed N] [--examples N]

Starts the broker, tells it a story through its API, and lets schemathesis ask everything that the document knows, with
good and bad data, half of it about things that are there. The same seed asks the same questions. Webhooks may go to a
receiver beside it and nowhere else. It fails when

- an answer has a status of 5xx, or one, a media type, a header or a body that the document does not say; a body must not
  have members that the document does not know, either;
- somebody who does not say who it is gets an answer to anything that is not open to all;
- something of the document was never answered with success: what is not reached is not tested.

Exit status: 0 when nothing failed.
"""

import argparse
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

from harness import Failed, Server, environment, step  # noqa: E402 (it stands beside, not above)
from story import CONSUMER, TOKEN, Story, asked_for  # noqa: E402

METHODS = ("get", "put", "post", "patch", "delete")
# What removes things is asked last: nothing would be there any more for the others.
PASSES = {"everything but removals": ["--exclude-method", "DELETE"], "removals": ["--include-method", "DELETE"]}


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


def ask(options, number, name, selection):
    """One run of schemathesis against a broker of its own; answers what was asked, and what of it answered with success."""
    work = options.work / str(number)
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    with Server([options.pactwright, "broker", "start", "--listen", "127.0.0.1:0", "--data", work / "data"], settings=SETTINGS) as broker:
        with urllib.request.urlopen(asked_for(broker.url + "/openapi.json"), timeout=20) as answer:
            document = json.load(answer)
        story = Story(broker.url, document, options.receiver)
        path = work / "openapi.json"
        path.write_text(json.dumps(prepared(document, story), indent=1))
        events = work / "events.ndjson"
        command = [options.schemathesis, "--config-file", HERE / "schemathesis.toml", "run", path, "--url", broker.url, "--header", f"Authorization: Bearer {TOKEN}", *selection,
                   "--seed", options.seed, "--max-examples", options.examples, "--generation-database", "none", "--no-color",
                   "--report", "ndjson", "--report-ndjson-path", events, "--continue-on-failure", *options.more]
        step(f"{name} (seed {options.seed}, {options.examples} examples for each operation)")
        status = subprocess.run([str(part) for part in command], check=False, env=environment(), cwd=work).returncode
        if status != 0:
            raise Failed(f"schemathesis ended with status {status}; what it sent is in {events}")
    return answered(events)


def answered(events):
    """The operations that were asked, and those that were answered with success; how many requests there were is told."""
    asked, done, requests = set(), set(), 0
    for line in events.open():
        recorder = json.loads(line).get("ScenarioFinished", {}).get("recorder") or {}
        if "interactions" not in recorder:
            continue
        asked.add(recorder["label"])
        for interaction in recorder["interactions"].values():
            requests += 1
            if ((interaction["response"] or {}).get("status_code") or 0) // 100 in (2, 3):
                done.add(recorder["label"])
    step(f"{requests} requests; {len(done)} of {len(asked)} operations were answered with success")
    return asked, done


def remove(options):
    """Every removal of the document, each from a story of its own: it must succeed as the document says."""
    work, paths, done = options.work / "removals", None, 0
    shutil.rmtree(work, ignore_errors=True)
    while paths is None or paths:
        with Server([options.pactwright, "broker", "start", "--listen", "127.0.0.1:0", "--data", work / str(done)], settings=SETTINGS) as broker:
            with urllib.request.urlopen(asked_for(broker.url + "/openapi.json"), timeout=20) as answer:
                document = json.load(answer)
            if paths is None:
                paths = sorted(path for path, item in document["paths"].items() if "delete" in item)
            story, path = Story(broker.url, document, options.receiver), paths.pop()
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
    shutil.rmtree(work, ignore_errors=True)
    with Server([options.pactwright, "broker", "start", "--listen", "127.0.0.1:0", "--data", work], settings=SETTINGS) as broker:
        with urllib.request.urlopen(asked_for(broker.url + "/openapi.json"), timeout=20) as answer:
            document = json.load(answer)
        story = Story(broker.url, document, options.receiver)
        for path, item in document["paths"].items():
            address = path
            for parameter in item.get("parameters", []):
                known = story.known(path, parameter) or ["x"]
                address = address.replace("{" + parameter["name"] + "}", urllib.parse.quote(str(known[0]), safe=""))
            is_open = path.startswith("/health/") or path.endswith("/badge")
            for method in (method for method in METHODS if method in item):
                status, body = story.ask_as_stranger(method.upper(), address)
                if (status != 401 or CONSUMER in body) and not is_open:
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
    strangers(options)
    remove(options)
    for number, (name, selection) in enumerate(PASSES.items()):
        asked, answered = ask(options, number, name, selection)
        # Of what is removed first, much else is a part: whether removals succeed, `remove` looks at one by one.
        if asked - answered and name != "removals":
            missed = "\n".join(sorted(asked - answered))
            raise Failed(f"never answered with success, so that nothing is known of it; story.py may make it possible:\n{missed}")


if __name__ == "__main__":
    try:
        main()
    except Failed as failure:
        print(f"FAILED: {failure}", file=sys.stderr)
        sys.exit(1)
    print("openapi: the broker does what its document says")
