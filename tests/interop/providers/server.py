"""What every provider needs: requests and answers as values, provider states, and a server on a free port."""

import base64
import json
import threading
import urllib.parse
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from harness import Failed


@dataclass
class Request:
    method: str
    path: str
    query: list
    headers: object
    body: bytes

    def json(self):
        return json.loads(self.body or b"null")

    def media_type(self):
        return (self.headers.get("Content-Type") or "").split(";")[0].strip()


@dataclass
class Answer:
    status: int = 200
    headers: dict = field(default_factory=dict)
    body: bytes = b""
    # The connection is closed instead.
    hang_up: bool = False

    def change(self, edit):
        """Changes the JSON in the body."""
        value = json.loads(self.body)
        edit(value)
        self.body = json.dumps(value).encode()


def json_answer(value, status=200, content_type="application/json", **headers):
    return Answer(status, {"Content-Type": content_type, **headers}, json.dumps(value).encode())


@dataclass
class Break:
    """A way to be broken: which interactions must fail, by description, and what is changed in the answers to them."""

    fails: set
    change: object = None
    # Provider states cannot be set up: with a status that no verifier tries again.
    states: bool = False
    # Nobody can say whether the contract holds. The Pact CLI calls that a failure (exit status 1), we do not (2).
    undecided: bool = False


class Provider:
    """A provider. Where it is good, every contract with it holds."""

    name = ""
    breaks = {}
    # A provider of messages is asked for them by POST to its address.
    of_messages = False

    def answer(self, request):
        """The answer to a request; None if there is nothing in that place."""
        return None

    def message(self, description, states, request):
        """The contents, media type and metadata of a message; None if there is none like that."""
        return None

    def set_up(self, state, params):
        """Sets a provider state up; what it answers is put into requests."""

    def tear_down(self, state, params):
        """Undoes `set_up`."""


class Serving:
    """A provider that serves on a free port of the loopback interface, in the background.

    With `broken`, in one of its ways.
    """

    def __init__(self, provider_class, broken=None):
        self.provider = provider_class()
        self.broken = self.provider.breaks[broken] if broken else None
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.states_url = f"{self.url}/_states"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def states(self, request):
        call = request.json()
        state, params = call["state"], call.get("params") or {}
        # Some verifiers ask for the state "" where an interaction has none.
        if self.broken and self.broken.states and state:
            return Answer(400)
        if call.get("action", "setup") == "setup":
            try:
                return json_answer(self.provider.set_up(state, params) or {})
            except Failed as failure:
                return json_answer({"title": str(failure)}, 400)
        self.provider.tear_down(state, params)
        return json_answer({})

    def messages(self, request):
        call = request.json()
        found = self.provider.message(call["description"], call.get("providerStates") or [], call.get("request"))
        if found is None:
            return None
        contents, media_type, metadata = found
        encoded = base64.b64encode(json.dumps(metadata).encode()).decode()
        return Answer(200, {"Content-Type": media_type, "Pact-Message-Metadata": encoded}, contents)

    def answer(self, request):
        if request.path == "/_states":
            return self.states(request)
        if self.provider.of_messages and request.method == "POST":
            answer = self.messages(request)
        else:
            answer = self.provider.answer(request)
        if answer is None:
            answer = json_answer({"status": 404, "title": "there is nothing here"}, 404, "application/problem+json")
        if self.broken and self.broken.change:
            self.broken.change(request, answer)
        return answer

    def handler(self):
        serving = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def handle_request(self):
                path, _, query = self.path.partition("?")
                pairs = urllib.parse.parse_qsl(query, keep_blank_values=True)
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                answer = serving.answer(Request(self.command, path, pairs, self.headers, body))
                if answer.hang_up:
                    self.close_connection = True
                    return
                self.send_response(answer.status)
                if answer.status != 204:
                    self.send_header("Content-Length", str(len(answer.body)))
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(answer.body)

            do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = handle_request

        return Handler
