"""Every command of `pact broker` that records or asks something, against our broker; each outcome is looked at.

Webhooks have a story of their own.
"""

import json
import shutil
import tempfile
import urllib.error

from harness import Failed, all_at_once, check, finish, get, step
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

    def json(self, command, *arguments, switch=("--output", "json")):
        printed = self(command, *arguments, *switch)
        try:
            return json.loads(printed)
        except ValueError as error:
            raise Failed(f"pact broker {command} printed no JSON: {error}\n{printed}") from None


def deployed(client, environment, kind="deployed"):
    """What is in an environment: names and versions of participants."""
    path = "deployed-versions/currently-deployed" if kind == "deployed" else "released-versions/currently-supported"
    found = get(f"{client.url}/environments/{environment}/{path}")["_embedded"][f"{kind}Versions"]
    return sorted((one["_embedded"]["pacticipant"]["name"], one["_embedded"]["version"]["number"]) for one in found)


def version(client, name, number):
    """What the broker knows about a version: its branches, its tags and the address of its build."""
    found = get(f"{client.url}/pacticipants/{name}/versions/{number}")
    branches, tags = (sorted(one["name"] for one in found["_embedded"][key]) for key in ("branchVersions", "tags"))
    return branches, tags, found.get("buildUrl")


def is_known(url):
    try:
        get(url)
    except urllib.error.HTTPError as error:
        check(error.code == 404, f"{url} is answered with {error.code}")
        return False
    return True


def contracts(client, path):
    client("publish", path, "-a", "1.0.0", "--branch", "main", "--tag", "dev", "--build-url", "http://example.org/1",
           says=["checkout-web version 1.0.0", "Pact successfully published"])
    known = version(client, "checkout-web", "1.0.0")
    check(known == (["main"], ["dev"], "http://example.org/1"), f"the broker knows {known} of the published version")
    client("publish", path, "-a", "1.0.0", "--branch", "main", says="republished")
    changed = json.loads(path.read_text())
    changed["interactions"][0]["response"]["status"] = 299
    other = path.parent / f"changed-{path.name}"
    other.write_text(json.dumps(changed))
    client("publish", other, "-a", "1.0.0", "--branch", "main", expect=1, says="Cannot change the content of the pact")
    stored = get(f"{client.url}/pacts/provider/orders-api/consumer/checkout-web/version/1.0.0")
    check(stored["interactions"][0]["response"]["status"] != 299, "a pact was changed although that was refused")
    client("publish", other, "-a", "1.1.0", "--branch", "feat/lost", says="Pact successfully published")
    client("list-latest-pact-versions", says=["checkout-web", "1.1.0", "orders-api"])
    listed = [one["href"] for one in client.json("list-latest-pact-versions")["_links"]["pb:pacts"]]
    check(listed == [f"{client.url}/pacts/provider/orders-api/consumer/checkout-web/latest"], f"the latest pacts are {listed}")
    client("get-pacts", "--provider", "orders-api", "--branch", "main", says="checkout-web (1.0.0)")
    client("get-pacts", "--provider", "orders-api", "--branch", "feat/lost", "--latest", says="checkout-web (1.1.0)")
    # With `--consumer` the Pact CLI takes lists of another form for this one, and panics; so it is not asked that way.
    folder = path.parent / "downloaded"
    shutil.rmtree(folder, ignore_errors=True)
    client("get-pacts", "--provider", "orders-api", "--branch", "main", "--download", "--download-dir", folder)
    [downloaded] = folder.iterdir()
    descriptions = [[one["description"] for one in json.loads(text)["interactions"]] for text in (path.read_text(), downloaded.read_text())]
    check(descriptions[0] == descriptions[1], f"what is downloaded is another contract: {descriptions[1]}")
    client("get-pacts", "--provider", "nobody", "--latest", expect=1, says="404")
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
    client("create-or-update-pacticipant", "--name", "orders-api", "--repository-url", "http://example.org/moved")
    stored = get(f"{client.url}/pacticipants/orders-api")
    check((stored["mainBranch"], stored["repositoryUrl"]) == ("main", "http://example.org/moved"), f"the broker knows {stored} of orders-api")
    client("create-or-update-pacticipant", "--name", "newcomer", "--main-branch", "trunk", says="newcomer")
    listed = [one["name"] for one in client.json("list-pacticipants")["_embedded"]["pacticipants"]]
    check(listed == ["checkout-web", "newcomer", "orders-api"], f"the participants are {listed}")


def provider_states(client, path):
    """Those of the contract on the main branch, which is the one that was published first."""
    written = [(state["name"], state.get("params")) for one in json.loads(path.read_text())["interactions"] for state in one.get("providerStates", [])]
    listed = client.json("provider-states", "list", "--provider", "orders-api", switch=["--json"])["providerStates"]
    found = [(one["name"], one.get("params")) for one in listed]
    check(sorted(found, key=str) == sorted({str(state): state for state in written}.values(), key=str), f"the states are {found}, not {written}")
    check(all(one["consumers"] == ["checkout-web"] for one in listed), f"somebody else needs {listed}")
    branch = client.json("provider-states", "list", "--provider", "orders-api", "--branch", "main", switch=["--json"])["providerStates"]
    check(branch == listed, f"the states of the branch are {branch}")
    client("provider-states", "list", "--provider", "orders-api", "--environment", "moon", expect=1, says="404")
    client("provider-states", "list", "--provider", "nobody", expect=1, says="404")


def versions(client):
    client("create-or-update-version", "-a", "orders-api", "-e", "2.0.0", "--branch", "main", "--tag", "rc", says="2.0.0")
    known = version(client, "orders-api", "2.0.0")
    check(known == (["main"], ["rc"], None), f"the broker knows {known} of version 2.0.0")
    client("describe-version", "-a", "orders-api", "-e", "2.0.0", says=["2.0.0", "rc"])
    client("describe-version", "-a", "orders-api", "--latest", says="2.0.0")
    client("describe-version", "-a", "orders-api", "-e", "9.9.9", expect=1)
    client("create-version-tag", "-a", "orders-api", "-e", "2.0.0", "-t", "prod", says="prod")
    known = version(client, "orders-api", "2.0.0")
    check(known == (["main"], ["prod", "rc"], None), f"the broker knows {known} of version 2.0.0")
    client("describe-version", "-a", "orders-api", "--latest", "prod", says="2.0.0")
    client("create-version-tag", "-a", "orders-api", "-e", "3.0.0", "-t", "prod", expect=1, says="does not exist")
    check(not is_known(f"{client.url}/pacticipants/orders-api/versions/3.0.0"), "a version was made although that was not asked for")
    client("create-version-tag", "-a", "orders-api", "-e", "3.0.0", "-t", "prod", "--auto-create-version", says="3.0.0")
    client("describe-version", "-a", "orders-api", "--latest", "prod", says="3.0.0")
    client("delete-version-tag", "-a", "orders-api", "-e", "3.0.0", "-t", "prod", says="deleted")
    # The first tag of a version without a branch is taken for its branch.
    known = version(client, "orders-api", "3.0.0")
    check(known == (["prod"], [], None), f"the broker knows {known} of version 3.0.0")
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
    client("list-environments", says=["test", "production"])
    names = sorted(one["name"] for one in get(f"{client.url}/environments")["_embedded"]["environments"])
    check(names == ["production", "test"], f"the environments are {names}")
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
    deploy, checkout, orders = ("can-i-deploy", "--to-environment", "production"), ("-a", "checkout-web", "-e", "1.0.0"), ("-a", "orders-api")
    yes, no = "Computer says yes", "Computer says no"
    client("can-i-merge", *checkout, expect=1, says="no verified pact")
    client(*deploy, *orders, "-e", "2.0.0", says=yes)
    # Asked before there is a result: the answer comes once there is one.
    patient = ("can-i-deploy", *checkout, *orders, "-e", "2.0.0", "--retry-while-unknown", "90", "--retry-interval", "1")
    all_at_once(lambda ask: ask(), [lambda: client(*patient, says=yes), lambda: verification(client)])
    client("can-i-merge", *checkout, says=yes)
    client("can-i-merge", "-a", "checkout-web", "-e", "1.1.0", expect=1, says="no verified pact")
    client(*deploy, *checkout, expect=1, says=[no, "orders-api"])
    client(*deploy, *checkout, "--dry-run", says="Dry run")
    client(*deploy, *checkout, "--ignore", "orders-api", says=yes)
    client(*deploy, "-a", "nobody", "-e", "1.0.0", expect=1, says="nobody")
    client("can-i-deploy", *checkout, "--to-environment", "moon", expect=1, says="moon")
    client("can-i-deploy", *checkout, "--to", "rc", says=yes)
    client("can-i-deploy", *checkout, "--to", "nowhere", expect=1, says=no)
    pairs = [(["--latest", "dev"], ["--tag", "prod"]), (["--tag", "dev"], ["--latest", "rc"]), (["--branch", "main"], ["--main-branch"])]
    all_at_once(lambda pair: client("can-i-deploy", "-a", "checkout-web", *pair[0], *orders, *pair[1], says=yes), pairs)
    client("can-i-deploy", "-a", "checkout-web", "--latest", *orders, "--latest", "rc", expect=1, says=[no, "1.1.0"])
    said = client.json("can-i-deploy", *checkout, *orders, "-e", "2.0.0")
    rows = [(row["consumer"]["version"]["number"], row["provider"]["version"]["number"], row["verificationResult"]["success"]) for row in said["matrix"]]
    check(rows == [("1.0.0", "2.0.0", True)] and said["summary"]["deployable"], f"the broker says {said}")


def deployments(client, test, production):
    record, at = "record-deployment", ("--environment", "production")
    client(record, "-a", "orders-api", "-e", "2.0.0", *at, says="Recorded deployment of orders-api version 2.0.0")
    check(deployed(client, production) == [("orders-api", "2.0.0")], f"{deployed(client, production)} is deployed")
    client("can-i-deploy", "--to-environment", "production", "-a", "checkout-web", "-e", "1.0.0", says="Computer says yes")
    client("can-i-deploy", "--to-environment", "production", "-a", "checkout-web", "-e", "1.1.0", expect=1, says="no verified pact")
    client(record, "-a", "checkout-web", "-e", "1.0.0", *at)
    check(deployed(client, production) == [("checkout-web", "1.0.0"), ("orders-api", "2.0.0")], f"{deployed(client, production)} is deployed")
    client("provider-states", "list", "--provider", "orders-api", "--environment", "production", says=["order exists", "checkout-web"])
    client("provider-states", "list", "--provider", "orders-api", "--environment", "moon", expect=1)
    client(record, "-a", "orders-api", "-e", "3.0.0", "--environment", "test")
    check(deployed(client, test) == [("orders-api", "3.0.0")], f"{deployed(client, test)} is deployed to test")
    client(record, "-a", "orders-api", "-e", "7.7.7", *at, expect=1, says="7.7.7")
    client(record, "-a", "orders-api", "-e", "2.0.0", "--environment", "moon", expect=1, says="moon")
    client("describe-version", "-a", "orders-api", "--environment", "production", says="2.0.0")
    client("record-undeployment", "-a", "orders-api", *at, says="Undeployed orders-api from production")
    client("record-undeployment", "-a", "orders-api", *at, expect=1, says="not currently deployed")
    check(deployed(client, production) == [("checkout-web", "1.0.0")], f"{deployed(client, production)} is still deployed")
    instances(client, production)
    check(deployed(client, production) == [("checkout-web", "1.0.0")], f"{deployed(client, production)} is still deployed")
    client("record-release", "-a", "orders-api", "-e", "2.0.0", *at, says="Recorded release of orders-api version 2.0.0")
    check(deployed(client, production, "released") == [("orders-api", "2.0.0")], f"{deployed(client, production, 'released')} is released")
    client("record-support-ended", "-a", "orders-api", "-e", "2.0.0", *at, says="support ended")
    client("record-support-ended", "-a", "orders-api", "-e", "2.0.0", *at, expect=1, says="No currently released versions")
    check(not deployed(client, production, "released"), f"{deployed(client, production, 'released')} is still supported")


def instances(client, production):
    """Two instances of an application, each with a version of its own."""
    at = ("--environment", "production", "--application-instance")
    for number, instance in (("2.0.0", "blue"), ("3.0.0", "green")):
        client("record-deployment", "-a", "orders-api", "-e", number, *at, instance, says=[number, instance])
    both = [("checkout-web", "1.0.0"), ("orders-api", "2.0.0"), ("orders-api", "3.0.0")]
    check(deployed(client, production) == both, f"{deployed(client, production)} is deployed")
    client("describe-version", "-a", "orders-api", "--environment", "production", "--deployed", says=["2.0.0", "blue", "3.0.0", "green"])
    client("record-undeployment", "-a", "orders-api", *at, "red", expect=1, says=["blue", "green"])
    for instance in ("blue", "green"):
        client("record-undeployment", "-a", "orders-api", *at, instance, says=instance)


def branches(client):
    check(is_known(f"{client.url}/pacticipants/checkout-web/branches/feat%2Flost"), "the branch is not known")
    client("delete-branch", "-a", "checkout-web", "--branch", "feat/lost", says="Successfully deleted branch")
    check(not is_known(f"{client.url}/pacticipants/checkout-web/branches/feat%2Flost"), "the branch is still known")
    check(version(client, "checkout-web", "1.1.0") == ([], [], None), "the version of a deleted branch is not as it was otherwise")
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
        provider_states(client, copy)
        versions(client)
        test, production = environments(client)
        questions(client)
        deployments(client, test, production)
        branches(client)
    step(f"{len(client.commands)} commands did what they must: {', '.join(sorted(client.commands))}")
