"""`shop-api`, whose consumers wrote their contracts with our DSL: `tests/tests/contracts/shop.rs`."""

import re
import urllib.parse

from .server import Answer, Break, Provider, json_answer

ORDER = "a request for an order"
DETAILS = "a request for everything about an order"
CATALOGUE = "a request for the catalogue"
# Not the picture of the contract: one that starts like every GIF.
PICTURE = (b"GIF89a\x01\0\x01\0\x80\0\0\xff\0\0\xff\xff\xff!\xf9\x04\x01\0\0\0\0,"
           b"\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;")
AGREED_PICTURE = PICTURE.replace(b"\xff\0\0\xff\xff\xff", b"\0\0\0\xff\xff\xff")


def on(pattern, edit):
    """Changes the JSON that is answered to requests for a path."""

    def change(request, answer):
        if re.fullmatch(pattern, request.path) and answer.status == 200 and answer.body:
            answer.change(edit)

    return change


def body_of(path, old, new):
    def change(request, answer):
        if request.path == path:
            assert old in answer.body or not answer.body, f"{old} is not in the answer, and cannot be replaced"
            answer.body = answer.body.replace(old, new)

    return change


def without_etag(request, answer):
    answer.headers.pop("ETag", None)


def odd_location(request, answer):
    if "Location" in answer.headers:
        answer.headers["Location"] = "/orders/new"


def allowed(request, answer):
    if request.method == "DELETE":
        answer.status = 200


def pictures_are_text(request, answer):
    if request.path == "/picture":
        answer.body = b"not a picture at all"


ORDER_PATH = r"/orders/\d+"
DETAILS_PATH = r"/orders/\d+/details"


class ShopApi(Provider):
    name = "shop-api"
    breaks = {
        "an id that is text": Break({ORDER}, on(ORDER_PATH, lambda order: order.update(id="seven"))),
        "an unknown state": Break({ORDER}, on(ORDER_PATH, lambda order: order.update(state="lost"))),
        "too many tags": Break({ORDER}, on(ORDER_PATH, lambda order: order.update(tags=list("abcd")))),
        "a line without a count": Break({ORDER}, on(ORDER_PATH, lambda order: order["lines"][1].pop("count"))),
        "no ETag": Break({ORDER}, without_etag),
        "an odd location": Break({"an order"}, odd_location),
        "a count with a fraction": Break({DETAILS}, on(DETAILS_PATH, lambda order: order.update(count=2.5))),
        "a total without a fraction": Break({DETAILS}, on(DETAILS_PATH, lambda order: order.update(total=12))),
        "another kind": Break({DETAILS}, on(DETAILS_PATH, lambda order: order.update(kind="offer"))),
        "a date in another format": Break({DETAILS}, on(DETAILS_PATH, lambda order: order.update(due="21.11.2026"))),
        "an address that is none": Break({DETAILS}, on(DETAILS_PATH, lambda order: order.update({"from": "localhost"}))),
        "prices that are whole": Break({DETAILS}, on(DETAILS_PATH, lambda order: order["lines"][0].update(prices=[9]))),
        "a token that is no token": Break({"a login"}, on("/token", lambda token: token.update(token="secret!"))),
        "a report with a line of another state": Break({"a request for a report"}, body_of("/report", b">paid<", b">lost<")),
        "a report without lines": Break({"a request for a report"}, body_of("/report", b"line", b"row")),
        "an answer that stores nothing": Break({"an upload of a label"}, body_of("/labels", b"stored", b"lost")),
        "pictures that are none": Break({"a request for a picture", "a request for the very same picture"}, pictures_are_text),
        "another export": Break({"a request for an export"}, body_of("/export", b"id;", b"number;")),
        "a version that is none": Break({CATALOGUE}, on("/catalogue", lambda found: found.update(version="1.4"))),
        "no products": Break({CATALOGUE}, on("/catalogue", lambda found: found.update(products=[]))),
        "stock of an unknown kind": Break({CATALOGUE}, on("/catalogue", lambda found: found["stock"].update(lamp=1))),
        "prices in an unknown currency": Break({CATALOGUE}, on("/catalogue", lambda found: found["prices"].update(euro={"net": 1.5}))),
        "a name in small letters": Break({CATALOGUE}, on("/catalogue", lambda found: found["names"].update({"SKU-9": "lamp"}))),
        "a discount that is text": Break({CATALOGUE}, on("/catalogue", lambda found: found.update(discount="5"))),
        "no next page": Break({CATALOGUE}, on("/catalogue", lambda found: found["links"].pop(0))),
        "success where it must not be": Break({"a request that is not allowed", "a cancellation"}, allowed),
    }

    def __init__(self):
        self.orders = set()
        self.signed_in = False

    def set_up(self, state, params):
        if state == "order 7 exists":
            self.orders.add(7)
        elif state == "an order exists":
            # Not the order of the example: whoever does not use this id will not find one.
            self.orders.add(1000 + params["lines"])
            return {"id": 1000 + params["lines"]}
        elif state == "the customer is signed in":
            self.signed_in = True
        return None

    def tear_down(self, state, params):
        self.orders.clear()
        self.signed_in = False

    def answer(self, request):
        found = re.fullmatch(r"(GET|DELETE) /orders/(\d+)(/details)?", f"{request.method} {request.path}")
        if found:
            return self.about_order(found[1], int(found[2]), bool(found[3]))
        known = {
            "POST /orders": self.place, "POST /token": self.login, "POST /labels": self.store_label,
            "GET /report": report, "GET /picture": picture, "GET /export": export,
            "GET /catalogue": catalogue, "HEAD /catalogue": catalogue,
        }
        if f"{request.method} {request.path}" in known:
            return known[f"{request.method} {request.path}"](request)
        if request.path == "/catalogue":
            return json_answer({"title": "the catalogue is read only"}, 403)
        return json_answer({"title": "there is nothing here"}, 404)

    def about_order(self, method, number, details):
        if number not in self.orders:
            return json_answer({"title": "there is no such order"}, 404)
        if method == "DELETE":
            self.orders.discard(number)
            return Answer(204)
        if not details:
            return json_answer({
                "id": number, "state": "paid", "currency": "EUR", "tags": ["a", "b", "c"],
                "lines": [{"sku": "SKU-12", "count": 1}, {"sku": "SKU-3", "count": 9}],
            }, ETag=f'"{number}-4"')
        if not self.signed_in:
            return json_answer({"title": "sign in first"}, 401)
        return json_answer(details_of(number), **{"X-Request-Id": "0B0B0B0B-0a0a-0c0c-0d0d-0e0e0e0e0e0e"})

    @staticmethod
    def place(request):
        if not all({"sku", "count"} <= line.keys() for line in request.json()["lines"]):
            return json_answer({"title": "lines have an SKU and a count"}, 400)
        return json_answer({"id": 8}, 201, Location="/orders/81")

    @staticmethod
    def login(request):
        form = urllib.parse.parse_qs(request.body.decode())
        if request.media_type() != "application/x-www-form-urlencoded" or form.get("scope") != ["read", "write"]:
            return json_answer({"title": "ask for both scopes"}, 400)
        return json_answer({"token": "0123456789abcDEF", "kind": "bearer"})

    @staticmethod
    def store_label(request):
        if request.media_type() != "multipart/form-data" or b'name="label"; filename=' not in request.body or b"GIF89a" not in request.body:
            return json_answer({"title": "a label is a picture"}, 400)
        return Answer(201, {"Content-Type": "text/plain"}, b"stored 12")


def report(_):
    line = '<line sku="SKU-{}"><state>{}</state></line>'
    document = f'<report page="3">{line.format(1, "open")}{line.format(2, "paid")}</report>'
    return Answer(200, {"Content-Type": "application/xml"}, document.encode())


def picture(request):
    return Answer(200, {"Content-Type": "image/gif"}, AGREED_PICTURE if request.headers.get("X-Exactly") else PICTURE)


def export(_):
    return Answer(200, {"Content-Type": "text/csv"}, b"id;state\n8;paid\n9;sent\n")


def catalogue(_):
    return json_answer({
        "version": "2.0.0-rc.1", "products": ["lamp"], "stock": {"SKU-7": 1, "SKU-8": 2},
        "prices": {"USD": {"net": 1.5}, "GBP": {"net": 2.25}}, "names": {"SKU-9": "Table"}, "discount": None,
        "links": [{"rel": "next", "href": "/catalogue?page=12"}, {"rel": "help", "href": "/help"}, {"rel": "self", "href": "/c"}],
    })


def details_of(number):
    return {
        "id": number, "count": 1, "total": 3.25, "weight": 1.5, "paid": True, "note": None, "about": "all lines of it", "kind": "order",
        "due": "2024-02-29", "at": "23:59:59", "placed": "2024-02-29T00:00:00-03:00", "contact": "b@example.net", "from": "10.0.0.1",
        "digest": "BEEF", "trace": "0B0B0B0B-0a0a-0c0c-0d0d-0e0e0e0e0e0e", "dice": 12, "code": "ABC-123", "next": "2025-01-01",
        "lines": [{"sku": "x", "prices": [1.5, 2.5]}], "labels": {"fragile": "no"},
    }
