"""`shop-events`, whose consumers wrote their contracts with our DSL: `tests/tests/contracts/messages.rs`."""

import base64
import json

from .server import Break, Provider

ORDER = "an order"


def on_order(edit):
    def change(request, answer):
        if request.path != "/_states" and request.json()["description"] == ORDER:
            answer.change(edit)

    return change


def metadata(**values):
    def change(request, answer):
        if request.json()["description"] == ORDER:
            known = {"topic": "orders", "partition": "p-1", "contentType": "application/json"}
            answer.headers["Pact-Message-Metadata"] = base64.b64encode(json.dumps({**known, **values}).encode()).decode()

    return change


def parcels_without_ids(request, answer):
    answer.body = answer.body.replace(b' id="3"', b"")


class ShopEvents(Provider):
    name = "shop-events"
    of_messages = True
    breaks = {
        "a count that is text": Break({ORDER}, on_order(lambda order: order["lines"][1].update(count="9"))),
        "an order that was placed by no clock": Break({ORDER}, on_order(lambda order: order.update(placed="today"))),
        "another topic": Break({ORDER}, metadata(topic="offers")),
        "a partition without a number": Break({ORDER}, metadata(partition="p")),
        "parcels without ids": Break({"a parcel list"}, parcels_without_ids),
    }

    def message(self, description, states, request):
        if description == ORDER:
            order = {"id": 12, "placed": "2024-02-29T00:00:00Z", "trace": "0B0B0B0B-0a0a-0c0c-0d0d-0e0e0e0e0e0e",
                     "lines": [{"sku": "SKU-1", "count": 1}, {"sku": "SKU-2", "count": 9}]}
            return json.dumps(order).encode(), "application/json", {"topic": "orders", "partition": "p-1", "contentType": "application/json"}
        if description == "a parcel list":
            return b'<parcels><parcel id="3"/><parcel id="4"/></parcels>', "application/xml", {"contentType": "application/xml"}
        if description == "a note":
            return b"12 is packed", "text/plain", {"contentType": "text/plain"}
        return None
