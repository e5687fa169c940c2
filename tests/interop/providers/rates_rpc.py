"""`rates-rpc`, whose consumer `pricing-py` wrote a contract about a question and its answer with pact-python."""

import json

from .server import Break, Provider

QUESTION = {"a rate question"}


def on_rate(edit):
    def change(request, answer):
        if answer.status == 200:
            answer.change(edit)

    return change


class RatesRpc(Provider):
    name = "rates-rpc"
    of_messages = True
    breaks = {
        "a rate that is text": Break(QUESTION, on_rate(lambda answer: answer.update(rate="1.09"))),
        "no rate": Break(QUESTION, on_rate(lambda answer: answer.pop("rate"))),
        "a rate that is null": Break(QUESTION, on_rate(lambda answer: answer.update(rate=None))),
    }

    def message(self, description, states, request):
        if description == "a rate question":
            return json.dumps({"rate": 1.25}).encode(), "application/json", {"contentType": "application/json"}
        return None
