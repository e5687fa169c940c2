"""Whoever webhooks are sent to."""

from .server import Provider, json_answer


class Receiver(Provider):
    """Keeps every request."""

    name = "receiver"

    def __init__(self):
        self.seen = []

    def answer(self, request):
        self.seen.append(request)
        return json_answer({})
