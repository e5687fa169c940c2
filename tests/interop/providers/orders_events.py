"""`orders-events`, whose consumer `warehouse` wrote a contract about a message of version 3 with pact-js."""

import base64
import json

from .server import Break, Provider

# pact-js wrote the media type twice, under two names.
METADATA = {"topic": "orders.paid", "contentType": "application/json", "content-type": "application/json"}
PAID = {"an order paid event"}


def on_event(edit):
    def change(request, answer):
        if answer.status == 200:
            answer.change(edit)

    return change


def elsewhere(request, answer):
    metadata = {**METADATA, "topic": "orders.sent"}
    answer.headers["Pact-Message-Metadata"] = base64.b64encode(json.dumps(metadata).encode()).decode()


def unknown(request, answer):
    answer.status, answer.body = 404, b"{}"


def with_404(request, answer):
    answer.status = 404


class OrdersEvents(Provider):
    name = "orders-events"
    of_messages = True
    breaks = {
        "an SKU without digits": Break(PAID, on_event(lambda event: event["lines"][0].update(sku="SKU-1"))),
        "no lines": Break(PAID, on_event(lambda event: event.update(lines=[]))),
        "an id that is text": Break(PAID, on_event(lambda event: event.update(id="7"))),
        "no moment": Break(PAID, on_event(lambda event: event.pop("at"))),
        "another topic": Break(PAID, elsewhere),
        "a message that is not there": Break(PAID, unknown),
        "a message that comes with 404": Break(PAID, with_404),
    }

    def message(self, description, states, request):
        if description == "an order paid event":
            event = {"id": 12, "at": "2026-11-21T14:30:00.000Z", "lines": [{"sku": "SKU-00002"}, {"sku": "SKU-00003"}]}
            return json.dumps(event).encode(), "application/json", METADATA
        return None
