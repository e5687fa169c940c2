"""What the broker knows before it is asked: the story that the examples in its document tell.

A consumer `web-shop` has published two pacts with `orders-api`, which verified them; both are deployed and released, and
a webhook was told of it. Another one was given up to be told.
Everything is sent through the API, with the bodies that the document shows as examples.
"""

import json
import urllib.error
import urllib.parse
import urllib.request

CONSUMER, PROVIDER = "web-shop", "orders-api"
# What whoever asks says to be let in.
TOKEN = "an-administrator-of-the-broker-of-the-tests"


def asked_for(address, method="GET", media="*/*"):
    """A request by an administrator."""
    return urllib.request.Request(address, method=method, headers={"Accept": media, "Authorization": f"Bearer {TOKEN}"})


class Story:
    """The names of what is there."""

    def __init__(self, url, document, receiver):
        self.url, self.document, self.receiver = url, document, receiver
        self.play()

    def example(self, method, path):
        content = self.document["paths"][path][method]["requestBody"]["content"]
        return next(iter(content.values()))["example"]

    def send(self, method, path, body=None, media="application/json"):
        request = asked_for(self.url + path, method, "application/hal+json")
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", media)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.loads(answer.read() or b"null")

    def status(self, method, path):
        """The status of an answer, good or bad."""
        try:
            with urllib.request.urlopen(asked_for(self.url + path, method), timeout=20) as answer:
                return answer.status
        except urllib.error.HTTPError as refusal:
            return refusal.code

    def ask_as_stranger(self, method, path):
        """The status and the text of an answer to somebody who does not say who it is."""
        request = urllib.request.Request(self.url + path, data=b"{}", method=method, headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read().decode()

    def play(self):
        pact_path = "/pacts/provider/{provider}/consumer/{consumer}/version/{version}"
        old = self.example("put", pact_path)
        old["interactions"][0]["description"] = "what was asked for before"
        of_pair = f"/pacts/provider/{PROVIDER}/consumer/{CONSUMER}"
        self.send("PUT", f"/pacticipants/{CONSUMER}/branches/main/versions/1.4.1", {})
        self.send("PUT", f"{of_pair}/version/1.4.1", old)
        webhook = self.example("post", "/webhooks")
        webhook["request"]["url"] = self.receiver
        self.webhook = self.send("POST", "/webhooks", webhook)["uuid"]
        failing = {**webhook, "request": {**webhook["request"], "url": f"{self.receiver}/fails"}, "events": [{"name": "contract_published"}]}
        address = "/webhooks/" + self.send("POST", "/webhooks", failing)["uuid"]
        self.send("POST", "/contracts/publish", self.example("post", "/contracts/publish"))
        # Nothing is owed to a webhook that is disabled.
        for enabled in (False, True):
            self.send("PUT", address, {**failing, "enabled": enabled})
        self.given_up = self.send("GET", "/webhooks/dead-letters")["_embedded"]["triggeredWebhooks"][0]["uuid"]
        # One version without a tag, so that there is a latest untagged one.
        self.send("PUT", f"{of_pair}/version/1.5.0-rc.1", old)
        self.send("PUT", f"/pacticipants/{CONSUMER}/labels/team-a", {})
        self.send("PUT", f"/pacticipants/{PROVIDER}/branches/main/versions/2.0.0", {})
        self.send("PUT", f"/pacticipants/{PROVIDER}/versions/2.0.0/tags/prod", {})
        pact, before = self.send("GET", f"{of_pair}/version/1.4.2"), self.send("GET", f"{of_pair}/version/1.4.1")
        self.sha = pact["_links"]["pb:pact-version"]["name"]
        self.other_sha = before["_links"]["pb:pact-version"]["name"]
        results = "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results"
        result = self.example("post", results)
        recorded = self.send("POST", f"{of_pair}/pact-version/{self.sha}/verification-results", result)
        self.number = int(recorded["_links"]["self"]["href"].rsplit("/", 1)[1])
        failed = {**result, "success": False, "testResults": {"tests": [{"interactionDescription": "what was asked for before", "success": False}]}}
        self.send("POST", f"{of_pair}/pact-version/{self.other_sha}/verification-results", failed)
        triggered = self.send("GET", f"/webhooks/provider/{PROVIDER}/consumer/{CONSUMER}/status")["_embedded"]["triggeredWebhooks"][0]
        self.triggered = triggered["_links"]["pb:logs"]["href"].split("/")[-2]
        self.environment = self.send("POST", "/environments", self.example("post", "/environments"))["uuid"]
        for name, version in ((CONSUMER, "1.4.2"), (PROVIDER, "2.0.0")):
            of_version = f"/pacticipants/{name}/versions/{version}"
            self.deployment = self.send("POST", f"{of_version}/deployed-versions/environment/{self.environment}", {})["uuid"]
            self.release = self.send("POST", f"{of_version}/released-versions/environment/{self.environment}", {})["uuid"]
        for team in ("team-orders", "team-web"):
            self.send("PUT", f"/access/teams/{team}", {})
        self.send("PUT", "/access/users/ann", self.example("put", "/access/users/{user}"))
        self.send("PUT", "/access/teams/team-orders/members/ann", {"roles": ["viewer"]})
        self.token = self.send("POST", "/access/tokens", self.example("post", "/access/tokens"))["uuid"]
        for owned in (f"pacticipants/{CONSUMER}", f"pacticipants/{PROVIDER}", f"environments/{self.environment}"):
            self.send("PUT", f"/{owned}/owner", {"team": "team-web"})
        question = self.example("post", "/pacts/provider/{provider}/for-verification")
        found = self.send("POST", f"/pacts/provider/{PROVIDER}/for-verification", question)
        address = found["_embedded"]["pacts"][0]["_links"]["self"]["href"]
        self.metadata = urllib.parse.unquote(address.rsplit("/", 1)[1])

    def contributor(self):
        """The token of a pipeline that publishes and verifies for the team that owns what is there."""
        grants = [{"team": "team-web", "role": "contributor"}]
        return self.send("POST", "/access/tokens", {"name": "pipeline", "grants": grants})["token"]

    def known(self, path, parameter):
        """What a parameter may be to name something that is there; nothing where it names nothing of the story."""
        things = {"deployed-versions": self.deployment, "released-versions": self.release, "webhooks": self.webhook,
                  "triggered-webhooks": self.given_up if path.endswith("/retry") else self.triggered}
        if path.startswith("/access/tokens/"):
            things["access"] = self.token
        pacticipants = [CONSUMER, PROVIDER]
        return {
            "consumer": [CONSUMER],
            "provider": [PROVIDER],
            "pacticipant": pacticipants,
            "q[][pacticipant]": pacticipants,
            "version": ["1.4.2", "1.4.1", "2.0.0"],
            "q[][version]": ["1.4.2", "2.0.0"],
            "branch": ["main"],
            "q[][branch]": ["main"],
            "tag": ["prod"],
            "q[][tag]": ["prod"],
            "provider_tag": ["prod"],
            "to": ["prod"],
            "label": ["team-a"],
            "environment": ["production"],
            "uuid": [things.get(path.split("/")[1], self.environment)],
            "sha": [self.sha, self.other_sha],
            "other": [self.other_sha if "{sha}" in path else "1.4.1"],
            "number": [self.number],
            "metadata": [self.metadata],
            "team": ["team-orders"],
            "user": ["ann"],
        }.get(parameter["name"], [])
