#!/usr/bin/env python3
"""A live `orders-api` with provider states, for the interoperability check.

    provider.py [--broken]      prints its address and serves until it is stopped

`--broken` is the change that breaks the consumer: `total` becomes text, and an order has no `contact`.
State changes are POSTed to /_states; without the right state an order is not found, so a verifier that does not set
states up cannot succeed.
"""

import json
import re
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BROKEN = "--broken" in sys.argv[1:]
ORDERS = set()
SIGNED_IN = False


def order(number):
    body = {
        "id": number, "status": "open", "paid": False, "note": None, "total": 12.5, "due": "2026-02-28",
        "placedAt": "2026-01-31T23:59:59-03:00", "contact": "b@example.org", "ref": "0a0a0a0a-0b0b-0c0c-0d0d-0e0e0e0e0e0e",
        "attributes": {"size": "L", "colour": "blue"},
        "lines": [{"sku": "SKU-00002", "qty": 1, "price": 12.5, "tags": ["x", "y"]},
                  {"sku": "SKU-00003", "qty": 4, "price": 0.25, "tags": ["z"]}],
        "links": [{"rel": "help", "href": "/help"}, {"rel": "invoice", "href": f"/invoices/{number}"},
                  {"rel": "self", "href": f"/orders/{number}"}],
    }
    if BROKEN:
        body["total"] = "12.50"
        del body["contact"]
    return body


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body=None, content_type="application/json", **headers):
        data = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        found = re.fullmatch(r"/orders/(\d+)(\?.*)?", self.path)
        if found and int(found[1]) in ORDERS:
            self.answer(200, order(int(found[1])), "application/json; charset=utf-8")
        else:
            self.answer(404, {"status": 404, "title": "there is no such order"}, "application/problem+json")

    def do_POST(self):
        global SIGNED_IN
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        if self.path == "/_states":
            params, setup = body.get("params") or {}, body.get("action", "setup") == "setup"
            if body["state"] == "order exists":
                (ORDERS.add if setup else ORDERS.discard)(params["id"])
            elif body["state"] == "no order exists" and setup:
                ORDERS.clear()
            elif body["state"] == "customer is signed in":
                SIGNED_IN = setup
            self.answer(200, {"id": 8})
        elif self.path == "/orders" and SIGNED_IN and self.headers.get("Authorization", "").startswith("Bearer "):
            self.answer(201, {"id": 8}, Location="/orders/8")
        else:
            self.answer(401, {"status": 401, "title": "sign in first"}, "application/problem+json")


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()
