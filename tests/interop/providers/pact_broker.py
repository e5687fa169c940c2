"""`Pact Broker`: our broker behind the contract that the tests of the Ruby client wrote.

Every interaction of that contract is one request, and finds a broker that was empty before its provider state was set up,
all through our API. Three things stand between the contract and any broker that runs, and are put right on the way:

- It names UUIDs, which a broker chooses for itself: those in paths are replaced with the chosen ones.
- It expects addresses that begin with `http://example.org`: that is the host of the requests.
- Its queries are sorted by name, as they were written to the file and as verifiers send them. In `q[][..]=..` the order
  is what tells which version belongs to which participant, as every broker reads it, so the sorted ones mean something
  else, or nothing: `AS_SENT`.
"""

import urllib.parse

from .pact_broker_states import OF_CONNECTIONS, STATES, Api, send
from .server import Provider

# The questions for the matrix in the order in which the client asks them; the descriptions of the interactions say the same.
AS_SENT = [
    "q[][pacticipant]=Foo Thing&q[][version]=1.2.3&q[][pacticipant]=Bar&q[][version]=4.5.6&latestby=cvpv",
    "q[][pacticipant]=Foo&q[][version]=1.2.3&q[][pacticipant]=Bar&q[][version]=4.5.6&latestby=cvpv",
    "q[][pacticipant]=Foo&q[][version]=1.2.3&q[][pacticipant]=Bar&q[][version]=9.9.9&latestby=cvpv",
    "q[][pacticipant]=Wiffle&q[][version]=1.2.3&q[][pacticipant]=Meep&q[][version]=9.9.9&latestby=cvpv",
    "q[][pacticipant]=Foo&q[][version]=1.2.4&q[][pacticipant]=Bar&q[][latest]=true&latestby=cvpv",
    "q[][pacticipant]=Foo&q[][version]=1.2.3&q[][pacticipant]=Bar&q[][latest]=true&q[][tag]=prod&latestby=cvpv",
    "q[][pacticipant]=Bar&q[][version]=4.5.6&q[][pacticipant]=Foo&q[][tag]=prod"
    "&ignore[][pacticipant]=Foo&ignore[][version]=3.4.5&latestby=cvpv",
]


def as_sent(query):
    """A query in the order of the client, where the order means something."""
    known = (urllib.parse.parse_qsl(one) for one in AS_SENT)
    return next((one for one in known if sorted(one) == sorted(query)), query)


class PactBroker(Provider):
    """Our broker, which runs at an address."""

    name = "Pact Broker"

    def __init__(self, url):
        self.api, self.chosen, self.ready = Api(url), {}, False

    def set_up(self, state, params):
        self.api.empty()
        self.chosen, self.ready = STATES[state](self.api) or {}, True

    def answer(self, request):
        # An interaction without a provider state, for which no verifier has to ask for one.
        if not self.ready:
            self.api.empty()
        path = urllib.parse.quote(request.path, safe="/%")
        for named, chosen in self.chosen.items():
            path = path.replace(named, chosen)
        query = f"?{urllib.parse.urlencode(as_sent(request.query))}" if request.query else ""
        # A header may come several times; the Pact CLI sends `Accept` so.
        headers = {name: ", ".join(request.headers.get_all(name)) for name in request.headers if name.lower() not in {*OF_CONNECTIONS, "host"}}
        answer = send(self.api.url, request.method, path + query, {**headers, "Host": "example.org"}, request.body)
        # The interaction is over.
        self.chosen, self.ready = {}, False
        return answer
