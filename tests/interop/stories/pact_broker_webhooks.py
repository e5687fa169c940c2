"""The commands of `pact broker` about webhooks, against our broker; a webhook that is tried out reaches its receiver."""

import tempfile
import urllib.parse

from harness import check, get, run, step
from providers import Receiver, Serving

from .pact_broker_commands import Client, is_known

# Nothing but https to public addresses is called without these, and nothing else with them.
SETTINGS = {"PACT_BROKER_WEBHOOK_SCHEME_WHITELIST": "http https", "PACT_BROKER_WEBHOOK_HOST_WHITELIST": "127.0.0.1"}


def webhook(client, uuid):
    """What the broker knows about a webhook: its description, its events and its participants."""
    found = get(f"{client.url}/webhooks/{uuid}")
    return found["description"], [event["name"] for event in found["events"]], [found.get(role, {}).get("name") for role in ("consumer", "provider")]


def create(client, receiver):
    options = ("-X", "POST", "--description", "first", "--consumer", "checkout-web", "--provider", "orders-api")
    client("create-webhook", f"{receiver}/hook", *options, "--contract-published", "--user", "joe:secret", says="first")
    [link] = get(f"{client.url}/webhooks")["_links"]["pb:webhooks"]
    uuid = urllib.parse.urlsplit(link["href"]).path.rpartition("/")[2]
    known = webhook(client, uuid)
    check(known == ("first", ["contract_published"], ["checkout-web", "orders-api"]), f"the broker knows {known}")
    request = get(f"{client.url}/webhooks/{uuid}")["request"]
    check(request["username"] == "joe" and "secret" not in str(request), f"a password is shown: {request}")
    client("create-webhook", "https://example.org", "-X", "POST", "--contract-published", expect=1, says="request.url")
    client("create-webhook", f"{receiver}/hook", "-X", "POST", "--contract-published", "--consumer", "nobody", expect=1, says="consumer")
    check(len(get(f"{client.url}/webhooks")["_links"]["pb:webhooks"]) == 1, "a webhook was made although it was refused")
    return uuid


def replace(client, receiver):
    uuid = run([client.program, "broker", "generate-uuid"], quiet=True).strip()
    change = ("create-or-update-webhook", "--uuid", uuid, "-X", "POST", "--provider", "orders-api", "--description")
    client(*change[:1], f"{receiver}/old", *change[1:], "second", "--provider-verification-published", says="second")
    client(*change[:1], f"{receiver}/new", *change[1:], "third", "--contract-content-changed", "-H", "X-Reason: trial",
           "-d", '{"who": "${pactbroker.consumerName}"}', says="third")
    known = webhook(client, uuid)
    check(known == ("third", ["contract_content_changed"], [None, "orders-api"]), f"the broker knows {known}")
    return uuid


def try_out(client, uuid, receiver):
    client("test-webhook", "--uuid", uuid, says='"success":true')
    [call] = receiver.seen
    received = (call.method, call.path, call.json(), call.headers.get("X-Reason"))
    check(received == ("POST", "/new", {"who": "checkout-web"}, "trial"), f"the receiver got {received}")


def remove(client, uuids):
    for uuid in uuids:
        client("delete-webhook", "--uuid", uuid, says="deleted")
        check(not is_known(f"{client.url}/webhooks/{uuid}"), f"the webhook {uuid} is still known")
    client("delete-webhook", "--uuid", uuids[0], says="not found")
    client("test-webhook", "--uuid", uuids[0], expect=1, says="404")


def play(tools):
    [path] = [path for path in tools.pacts if path.stem == "checkout-web-orders-api"]
    with tempfile.TemporaryDirectory() as data, tools.broker(data, SETTINGS) as broker, Serving(Receiver) as receiver:
        client = Client(tools.pact, broker.url)
        client("publish", path, "-a", "1.0.0", "--branch", "main")
        first, second = create(client, receiver.url), replace(client, receiver.url)
        try_out(client, second, receiver.provider)
        remove(client, [first, second])
    step(f"{len(client.commands)} commands did what they must: {', '.join(sorted(client.commands))}")
