"""`ledger-soap`, whose consumer `billing-batch` wrote a contract about XML with pact-js."""

from .server import Answer, Break, Provider

QUERY = {"a ledger query"}


def replaced(old, new):
    def change(request, answer):
        assert old.encode() in answer.body, f"{old} is not in the answer, and cannot be replaced"
        answer.body = answer.body.replace(old.encode(), new.encode())

    return change


def as_text(request, answer):
    answer.headers["Content-Type"] = "text/plain"


class LedgerSoap(Provider):
    name = "ledger-soap"
    document = """<?xml version="1.0" encoding="UTF-8"?>
<ns1:ledger id="1" xmlns:ns1="urn:ledger"><ns1:entry id="4" kind="credit"><ns1:amount currency="EUR">12.50</ns1:amount></ns1:entry></ns1:ledger>"""
    breaks = {
        "another kind of entry": Break(QUERY, replaced('kind="credit"', 'kind="gift"')),
        "an id that is a word": Break(QUERY, replaced('id="4"', 'id="four"')),
        "an entry without a kind": Break(QUERY, replaced(' kind="credit"', "")),
        "another ledger": Break(QUERY, replaced('ledger id="1"', 'ledger id="2"')),
        # `type` for the entry holds for what is inside, where nothing else is said.
        "another currency": Break(set(), replaced("EUR", "USD")),
        "an amount that is a word": Break(QUERY, replaced("12.50", "twelve")),
        "an empty amount": Break(QUERY, replaced("12.50", "")),
        "another name for entries": Break(QUERY, replaced("entry", "row")),
        "another name for the root": Break(QUERY, replaced("ledger", "book")),
        "XML that is cut off": Break(QUERY, replaced("entry>", "")),
        "text": Break(QUERY, as_text),
    }

    def answer(self, request):
        return Answer(200, {"Content-Type": "application/xml"}, self.document.encode()) if request.path == "/ledger" else None


class LedgerWithoutNamespace(LedgerSoap):
    """The same in no namespace."""

    document = LedgerSoap.document.replace(' xmlns:ns1="urn:ledger"', "").replace("ns1:", "")
