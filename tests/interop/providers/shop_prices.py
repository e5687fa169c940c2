"""`shop-prices`, whose consumer wrote its contract with our DSL: `tests/tests/contracts/messages.rs`."""

import json

from .server import Break, Provider

QUESTION = {"a question for a price"}


def on_price(edit):
    def change(request, answer):
        if request.path != "/_states":
            answer.change(edit)

    return change


class ShopPrices(Provider):
    name = "shop-prices"
    of_messages = True
    breaks = {
        "a price with a fraction": Break(QUESTION, on_price(lambda price: price.update(cents=9.95))),
        "no currency": Break(QUESTION, on_price(lambda price: price.pop("currency"))),
    }

    def message(self, description, states, request):
        if description == "a question for a price":
            return json.dumps({"cents": 100, "currency": "USD"}).encode(), "application/json", {"contentType": "application/json"}
        return None
