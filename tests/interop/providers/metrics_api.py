"""`metrics-api`, whose consumers `reporting-py` and `legacy-py` wrote their contracts with pact-python."""

from .server import Answer, Break, Provider, json_answer

PAGE = "a page of samples"
LEGACY = "a legacy read"


def on_page(edit):
    def change(request, answer):
        if request.path == "/samples":
            answer.change(edit)

    return change


def on_legacy(edit):
    def change(request, answer):
        if request.path == "/v1/samples":
            answer.change(edit)

    return change


def weak_etag(request, answer):
    answer.headers["ETag"] = "abc"


def deleted_with_200(request, answer):
    if request.method == "DELETE":
        answer.status, answer.body = 200, b"gone"


class MetricsApi(Provider):
    name = "metrics-api"
    breaks = {
        "one item where two are needed": Break({LEGACY}, on_legacy(lambda page: page.update(items=page["items"][:1]))),
        "an item without an id": Break({LEGACY}, on_legacy(lambda page: page["items"][1].pop("id"))),
        "items that are an object": Break({LEGACY}, on_legacy(lambda page: page.update(items={"id": 1}))),
        "no samples": Break({PAGE}, on_page(lambda page: page.update(samples=[]))),
        "a sample in another unit": Break({PAGE}, on_page(lambda page: page["samples"][0].update(unit="seconds"))),
        "a moment with an offset": Break({PAGE}, on_page(lambda page: page["samples"][0].update(t="2024-01-01T00:00:00+01:00"))),
        "a value that is text": Break({PAGE}, on_page(lambda page: page["samples"][0].update(v="1.5"))),
        "a flag that is a number": Break({PAGE}, on_page(lambda page: page["samples"][0].update(ok=1))),
        "a total with a fraction": Break({PAGE}, on_page(lambda page: page.update(total=1.5))),
        "a next page where null was agreed": Break({PAGE}, on_page(lambda page: page.update(next="/samples?page=2"))),
        "no next page": Break({PAGE}, on_page(lambda page: page.pop("next"))),
        "an ETag without quotes": Break({PAGE}, weak_etag),
        "200 for a deletion": Break({"deleting a sample"}, deleted_with_200),
    }

    def __init__(self):
        self.samples = 0

    def set_up(self, state, params):
        if state == "samples exist":
            self.samples = params.get("count", 3)

    def tear_down(self, state, params):
        self.samples = 0

    def answer(self, request):
        if request.method == "DELETE":
            return Answer(204)
        if request.path == "/v1/samples" and self.samples:
            return json_answer({"items": [{"id": 5 + number} for number in range(self.samples)], "next": 9})
        if request.path == "/samples" and self.samples:
            sample = {"t": "2023-12-31T23:59:59", "v": 3, "unit": "ms (mean)", "ok": False}
            return json_answer({"samples": [sample] * self.samples, "next": None, "total": self.samples}, ETag='"xyz"')
        return None
