"""`orders-api`, whose consumers `checkout-web` and `mobile-app` wrote their contracts with pact-js."""

import re

from .server import Answer, Break, Provider, json_answer

EVERY_ORDER = {"a request for an order", "a tiny order"}
FULL_ORDER = {"a request for an order"}


def on_order(edit):
    """Changes what is said about an order that is there."""

    def change(request, answer):
        if request.method == "GET" and request.path.startswith("/orders/") and answer.status == 200:
            answer.change(edit)

    return change


def wrong_status(request, answer):
    if answer.status == 201:
        answer.status = 200


def no_location(request, answer):
    answer.headers.pop("Location", None)


def cut_off(request, answer):
    if request.path.startswith("/orders/") and answer.status == 200:
        answer.body = answer.body[:40]


def plain_text(request, answer):
    if request.path.startswith("/orders/") and answer.status == 200:
        answer.headers["Content-Type"] = "text/plain"


def hang_up(request, answer):
    answer.hang_up = request.path == "/health"


def no_body(request, answer):
    if request.path.startswith("/orders/") and answer.status == 200:
        answer.body = b""


def healthy_json(request, answer):
    if request.path == "/health":
        answer.headers["Content-Type"], answer.body = "application/json", b'{"ok": true}'


class OrdersApi(Provider):
    name = "orders-api"
    breaks = {
        "a total that is text": Break(FULL_ORDER, on_order(lambda order: order.update(total="12.50"))),
        "a total without a fraction": Break(FULL_ORDER, on_order(lambda order: order.update(total=12))),
        "an order without a contact": Break(FULL_ORDER, on_order(lambda order: order.pop("contact"))),
        "a status that nobody knows": Break(FULL_ORDER, on_order(lambda order: order.update(status="lost"))),
        "an id that is text": Break(EVERY_ORDER, on_order(lambda order: order.update(id=str(order["id"])))),
        "a status that is null": Break(EVERY_ORDER, on_order(lambda order: order.update(status=None))),
        "an order without lines": Break(FULL_ORDER, on_order(lambda order: order.update(lines=[]))),
        "one line with a bad SKU": Break(FULL_ORDER, on_order(lambda order: order["lines"][1].update(sku="S-1"))),
        "a day that does not exist": Break(FULL_ORDER, on_order(lambda order: order.update(due="2026-02-30"))),
        "no link to the invoice": Break(FULL_ORDER, on_order(lambda order: order["links"].pop(1))),
        "a note where null was agreed": Break(FULL_ORDER, on_order(lambda order: order.update(note="leave it at the door"))),
        "an attribute that is a number": Break(FULL_ORDER, on_order(lambda order: order["attributes"].update(weight=3))),
        "more members than agreed": Break(set(), on_order(lambda order: order.update(more={"a": [1]}))),
        "another status code": Break({"placing an order"}, wrong_status),
        "no location": Break({"placing an order"}, no_location),
        "half a body": Break(EVERY_ORDER, cut_off),
        "no body": Break(EVERY_ORDER, no_body),
        "another media type": Break(EVERY_ORDER, plain_text),
        "a connection that is closed": Break({"a health check"}, hang_up),
        "health as JSON": Break({"a health check"}, healthy_json),
        "states that cannot be set up": Break(
            {"a request for an order", "a tiny order", "a request for an unknown order", "placing an order"}, states=True, undecided=True),
    }

    def __init__(self):
        self.orders = set()
        self.signed_in = False

    def set_up(self, state, params):
        if state == "order exists":
            self.orders.add(params["id"])
        elif state == "no order exists":
            self.orders.clear()
        elif state == "customer is signed in":
            self.signed_in = True
        return {"id": 8}

    def tear_down(self, state, params):
        if state == "order exists":
            self.orders.discard(params["id"])
        elif state == "customer is signed in":
            self.signed_in = False

    def answer(self, request):
        if request.path == "/health":
            return Answer(200, {"Content-Type": "text/plain"}, b"fine")
        found = re.fullmatch(r"/orders/(\d+)", request.path)
        if found and request.method == "GET":
            if int(found[1]) in self.orders:
                return json_answer(order(int(found[1])), content_type=self.order_type(request))
            return None
        if request.path == "/orders" and request.method == "POST":
            if self.signed_in and request.headers.get("Authorization", "").startswith("Bearer "):
                return json_answer({"id": 8}, 201, Location="/orders/8")
            return json_answer({"status": 401, "title": "sign in first"}, 401, "application/problem+json")
        return None

    @staticmethod
    def order_type(request):
        """Some clients want to read the charset, some do not."""
        return "application/json" if ("fields", "id,status") in request.query else "application/json; charset=utf-8"


def order(number):
    return {
        "id": number, "status": "open", "paid": False, "note": None, "total": 12.5, "due": "2026-02-28",
        "placedAt": "2026-01-31T23:59:59-03:00", "contact": "b@example.org", "ref": "0a0a0a0a-0b0b-0c0c-0d0d-0e0e0e0e0e0e",
        "attributes": {"size": "L", "colour": "blue"},
        "lines": [{"sku": "SKU-00002", "qty": 1, "price": 12.5, "tags": ["x", "y"]},
                  {"sku": "SKU-00003", "qty": 4, "price": 0.25, "tags": ["z"]}],
        "links": [{"rel": "help", "href": "/help"}, {"rel": "invoice", "href": f"/invoices/{number}"},
                  {"rel": "self", "href": f"/orders/{number}"}],
    }
