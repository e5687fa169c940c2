"""Every command of `pact broker` that records or asks something, against our broker; each outcome is looked at.

Webhooks have a story of their own.
"""

import json
import tempfile

from harness import Failed, check, finish, get, step
from providers import OrdersApi, Serving


class Client:
    """`pact broker`, with one broker."""

    def __init__(self, program, url):
        self.program, self.url, self.commands = program, url, set()

    def __call__(self, command, *arguments, expect=0, says=()):
        """Runs a command, which must end with a status and say some things."""
        self.commands.add(command)
        status, printed = finish([self.program, "broker", command, *arguments, "-b", self.url])
        shown = " ".join(["pact broker", command, *map(str, arguments)])
        check(status == expect, f"$ {shown}\n{printed}\nexit status {status}, but {expect} was expected")
        for word in [says] if isinstance(says, str) else says:
            check(word in printed, f"$ {shown}\n{printed}\nit does not say {word!r}")
        return printed

    def json(self, command, *arguments):
        printed = self(command, *arguments, "--output", "json")
        try:
            return json.loads(printed)
        except ValueError as error:
            raise Failed(f"pact broker {command} printed no JSON: {error}\n{printed}") from None


def deployed(client, environment, kind="deployed"):
    """What is in an environment: names and versions of participants."""
    path = "deployed-versions/currently-deployed" if kind == "deployed" else "released-versions/currently-supported"
    found = get(f"{client.url}/environments/{environment}/{path}")["_embedded"][f"{kind}Versions"]
    return sorted((one["_embedded"]["pacticipant"]["name"], one["_embedded"]["version"]["number"]) for one in found)


def contracts(client, path):
    client("publish", path, "-a", "1.0.0", "--branch", "main", "--tag", "dev", says=["checkout-web version 1.0.0", "Pact successfully published"])
    client("publish", path, "-a", "1.0.0", "--branch", "main", says="republished")
    changed = json.loads(path.read_text())
    changed["interactions"][0]["response"]["status"] = 299
    other = path.parent / f"changed-{path.name}"
    other.write_text(json.dumps(changed))
    client("publish", other, "-a", "1.0.0", "--branch", "main", expect=1, says="Cannot change the content of the pact")
    client("publish", other, "-a", "1.1.0", "--branch", "feat/lost", says="Pact successfully published")
    client("list-latest-pact-versions", says=["checkout-web", "1.1.0", "orders-api"])
    client("get-pacts", "--provider", "orders-api", "--branch", "main", says="1.0.0")
    client("provider-states", "list", "--provider", "orders-api", says=["order exists", "checkout-web"])
    client("provider-states", "list", "--provider", "orders-api", "--branch", "feat/lost", says="order exists")
    client("provider-states", "list", "--provider", "nobody", expect=1)


def participants(client):
    client("create-or-update-pacticipant", "--name", "orders-api", "--main-branch", "main", "--repository-url", "http://example.org/orders",
           says="orders-api")
    client("list-pacticipants", says=["checkout-web", "orders-api"])
    client("describe-pacticipant", "--name", "orders-api", says=["http://example.org/orders", "main"])
    client("describe-pacticipant", "--name", "nobody", expect=1)
    stored = get(f"{client.url}/pacticipants/orders-api")
    check((stored["mainBranch"], stored["repositoryUrl"]) == ("main", "http://example.org/orders"), f"the broker knows {stored} of orders-api")


def versions(client):
    client("create-or-update-version", "-a", "orders-api", "-e", "2.0.0", "--branch", "main", "--tag", "rc", says="2.0.0")
    client("describe-version", "-a", "orders-api", "-e", "2.0.0", says=["2.0.0", "rc"])
    client("describe-version", "-a", "orders-api", "--latest", says="2.0.0")
    client("describe-version", "-a", "orders-api", "-e", "9.9.9", expect=1)
    client("create-version-tag", "-a", "orders-api", "-e", "2.0.0", "-t", "prod", says="prod")
    client("describe-version", "-a", "orders-api", "--latest", "prod", says="2.0.0")
    client("create-version-tag", "-a", "orders-api", "-e", "3.0.0", "-t", "prod", expect=1, says="does not exist")
    client("create-version-tag", "-a", "orders-api", "-e", "3.0.0", "-t", "prod", "--auto-create-version", says="3.0.0")
    client("describe-version", "-a", "orders-api", "--latest", "prod", says="3.0.0")
    client("delete-version-tag", "-a", "orders-api", "-e", "3.0.0", "-t", "prod", says="deleted")
    client("describe-version", "-a", "orders-api", "--latest", "prod", says="2.0.0")


def environments(client):
    client("create-environment", "--name", "test", "--display-name", "Test", says="Created test environment")
    client("create-environment", "--name", "production", "--display-name", "Production", "--production", says="Created production environment")
    client("create-environment", "--name", "test", expect=1)
    client("create-environment", "--name", "spare", says="spare")
    known = {one["name"]: one for one in client.json("list-environments")["_embedded"]["environments"]}
    check({name: one["production"] for name, one in known.items()} == {"test": False, "production": True, "spare": False},
          f"the broker lists {known}")
    spare = known["spare"]["uuid"]
    client("update-environment", "--uuid", spare, "--name", "staging", "--display-name", "Staging area", says="staging")
    client("describe-environment", "--uuid", spare, says=["staging", "Staging area", "false"])
    client("delete-environment", "--uuid", spare, says="deleted")
    client("describe-environment", "--uuid", spare, expect=1)
    return known["test"]["uuid"], known["production"]["uuid"]


def verification(client):
    """The provider's side, with the Pact CLI, so that there is something to ask about."""
    selector = json.dumps({"mainBranch": True})
    with Serving(OrdersApi) as provider:
        status, printed = finish([client.program, "verifier", "-n", "orders-api", "-h", "127.0.0.1", "-p", provider.port, "--broker-url", client.url,
                                  "--consumer-version-selectors", selector, "--state-change-url", provider.states_url,
                                  "--state-change-teardown", "--publish", "--provider-version", "2.0.0", "--provider-branch", "main"])
    check(status == 0, f"the Pact CLI does not verify orders-api:\n{printed}")


def questions(client):
    deploy = ("can-i-deploy", "--to-environment", "production")
    client("can-i-merge", "-a", "checkout-web", "-e", "1.0.0", expect=1, says="no verified pact")
    client(*deploy, "-a", "orders-api", "-e", "2.0.0", says="Computer says yes")
    verification(client)
    client("can-i-merge", "-a", "checkout-web", "-e", "1.0.0", says="Computer says yes")
    client("can-i-merge", "-a", "checkout-web", "-e", "1.1.0", expect=1, says="no verified pact")
    client(*deploy, "-a", "checkout-web", "-e", "1.0.0", expect=1, says="orders-api")
    client(*deploy, "-a", "checkout-web", "-e", "1.0.0", "--dry-run", says="Dry run")
    client("can-i-deploy", "-a", "checkout-web", "-e", "1.0.0", "-a", "orders-api", "-e", "2.0.0", says="Computer says yes")
    client(*deploy, "-a", "nobody", "-e", "1.0.0", expect=1, says="nobody")


def deployments(client, test, production):
    record, at = "record-deployment", ("--environment", "production")
    client(record, "-a", "orders-api", "-e", "2.0.0", *at, says="Recorded deployment of orders-api version 2.0.0")
    check(deployed(client, production) == [("orders-api", "2.0.0")], f"{deployed(client, production)} is deployed")
    client("can-i-deploy", "--to-environment", "production", "-a", "checkout-web", "-e", "1.0.0", says="Computer says yes")
    client("can-i-deploy", "--to-environment", "production", "-a", "checkout-web", "-e", "1.1.0", expect=1, says="no verified pact")
    client(record, "-a", "checkout-web", "-e", "1.0.0", *at)
    client("provider-states", "list", "--provider", "orders-api", *at, says="order exists")
    client("provider-states", "list", "--provider", "orders-api", "--environment", "moon", expect=1)
    client(record, "-a", "orders-api", "-e", "3.0.0", "--environment", "test")
    check(deployed(client, test) == [("orders-api", "3.0.0")], f"{deployed(client, test)} is deployed to test")
    client(record, "-a", "orders-api", "-e", "7.7.7", *at, expect=1, says="7.7.7")
    client(record, "-a", "orders-api", "-e", "2.0.0", "--environment", "moon", expect=1, says="moon")
    client("describe-version", "-a", "orders-api", "--environment", "production", says="2.0.0")
    client("record-undeployment", "-a", "orders-api", *at, says="Undeployed orders-api from production")
    client("record-undeployment", "-a", "orders-api", *at, expect=1, says="not currently deployed")
    check(deployed(client, production) == [("checkout-web", "1.0.0")], f"{deployed(client, production)} is still deployed")
    client("record-release", "-a", "orders-api", "-e", "2.0.0", *at, says="Recorded release of orders-api version 2.0.0")
    check(deployed(client, production, "released") == [("orders-api", "2.0.0")], f"{deployed(client, production, 'released')} is released")
    client("record-support-ended", "-a", "orders-api", "-e", "2.0.0", *at, says="support ended")
    client("record-support-ended", "-a", "orders-api", "-e", "2.0.0", *at, expect=1, says="No currently released versions")
    check(not deployed(client, production, "released"), f"{deployed(client, production, 'released')} is still supported")


def branches(client):
    client("delete-branch", "-a", "checkout-web", "--branch", "feat/lost", says="Successfully deleted branch")
    client("delete-branch", "-a", "checkout-web", "--branch", "feat/lost", says="not found")
    client("get-pacts", "--provider", "orders-api", "--branch", "main", says="1.0.0")


def play(tools):
    [path] = [path for path in tools.pacts if path.stem == "checkout-web-orders-api"]
    copy = tools.work / path.name
    copy.write_text(path.read_text())
    with tempfile.TemporaryDirectory() as data, tools.broker(data) as broker:
        client = Client(tools.pact, broker.url)
        contracts(client, copy)
        participants(client)
        versions(client)
        test, production = environments(client)
        questions(client)
        deployments(client, test, production)
        branches(client)
    step(f"{len(client.commands)} commands did what they must: {', '.join(sorted(client.commands))}")
