"""The provider states of the contract of the Ruby client, set up through the API of our broker."""

import contextlib
import http.client
import json
import urllib.parse

from harness import Failed, check

from .server import Answer

# Headers that belong to a connection, and not to an answer.
OF_CONNECTIONS = {"connection", "content-length", "date", "keep-alive", "transfer-encoding"}
# The UUIDs that the contract has; a broker chooses its own, except that of a webhook.
DEPLOYED_TO = "16926ef3-590f-4e3f-838e-719717aa88c9"
AVAILABLE = "cb632df3-0a0d-4227-aac3-60114dd36479"
DEPLOYED = "ff3adecf-cfc5-4653-a4e3-f1861092f8e0"
WEBHOOK = "696c5f93-1b7f-44bc-8d03-59440fcaa9a0"
SHA = "5556b8149bf8bac76bc30f50a8a2dd4c22c85f30"
REPOSITORY = "git@git.realestate.com.au:business-systems/pricing-service"


def send(url, method, path, headers, body):
    """One request; the path and its query as they are, and every status is an answer."""
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc, timeout=20)
    with contextlib.closing(connection):
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return Answer(answer.status, {name: value for name, value in answer.getheaders() if name.lower() not in OF_CONNECTIONS}, answer.read())


class Api:
    """What provider states are made of, as calls of the API."""

    def __init__(self, url):
        self.url = url

    def call(self, method, path, value):
        headers = {"Accept": "application/hal+json", "Content-Type": "application/json"}
        answer = send(self.url, method, path, headers, json.dumps(value).encode())
        if answer.status not in (200, 201):
            raise Failed(f"a provider state cannot be set up: {method} {path} is answered with {answer.status} {answer.body.decode()}")
        return json.loads(answer.body)

    def empty(self):
        """Removes everything."""
        for path, relation in (("/webhooks", "pb:webhooks"), ("/pacticipants", "pacticipants"), ("/environments", "pb:environments")):
            answer = send(self.url, "GET", path, {"Accept": "application/hal+json"}, None)
            for link in json.loads(answer.body)["_links"][relation]:
                gone = send(self.url, "DELETE", urllib.parse.urlsplit(link["href"]).path, {}, None)
                check(gone.status == 204, f"{link['href']} cannot be removed: {gone.status} {gone.body.decode()}")

    def participant(self, name, **properties):
        self.call("POST", "/pacticipants", {"name": name, **properties})

    def version(self, name, number):
        self.call("PUT", f"/pacticipants/{urllib.parse.quote(name)}/versions/{number}", {})

    def tag(self, name, version, tag):
        self.call("PUT", f"/pacticipants/{urllib.parse.quote(name)}/versions/{version}/tags/{tag}", {})

    def publish(self, consumer, version, provider, *described):
        """A pact with an interaction for each description; answers where results go."""
        interactions = [{"description": one, "request": {"method": "GET", "path": "/"}, "response": {"status": 200}} for one in described]
        pact = {"consumer": {"name": consumer}, "provider": {"name": provider}, "interactions": interactions}
        path = f"/pacts/provider/{urllib.parse.quote(provider)}/consumer/{urllib.parse.quote(consumer)}/version/{version}"
        stored = self.call("PUT", path, pact)
        return urllib.parse.urlsplit(stored["_links"]["pb:publish-verification-results"]["href"]).path

    def verified(self, consumer, version, *provider_versions, success=True, consumer_tag=None):
        """A pact of its own content with Bar, and results for it."""
        results = self.publish(consumer, version, "Bar", f"as of {version}")
        for number in provider_versions:
            self.call("POST", results, {"success": success, "providerApplicationVersion": number})
        if consumer_tag:
            self.tag(consumer, version, consumer_tag)

    def environment(self, name):
        return self.call("POST", "/environments", {"name": name, "displayName": name, "production": False})["uuid"]

    def deploy(self, name, version, environment, instance=None):
        path = f"/pacticipants/{name}/versions/{version}/deployed-versions/environment/{environment}"
        return self.call("POST", path, {"applicationInstance": instance} if instance else {})["uuid"]


def condor_and_pricing(api):
    api.participant("Condor")
    api.participant("Pricing Service")


def pricing_alone(api):
    api.participant("Pricing Service", repositoryUrl=REPOSITORY)
    api.version("Pricing Service", "1.3.0")


def condor_alone(api, version="1.3.0", tag=None):
    api.version("Condor", version)
    if tag:
        api.tag("Condor", version, tag)


def a_pact_of_condor(api, tag=None):
    """Without interactions, as the contract shows it."""
    api.publish("Condor", "1.3.0", "Pricing Service")
    if tag:
        api.tag("Condor", "1.3.0", tag)


def one_good_one_bad(api, tag=None):
    api.verified("Foo", "1.2.3", "4.5.6")
    if tag:
        api.tag("Bar", "4.5.6", tag)
    api.verified("Foo", "1.2.4", "9.9.9", success=False)


def two_good(api, tag=None):
    api.verified("Foo", "1.2.3", "4.5.6", "5.6.7")
    if tag:
        api.tag("Bar", "4.5.6", tag)


def both_versions_good(api):
    api.verified("Foo", "1.2.3", "4.5.6")
    api.verified("Foo", "1.2.4", "4.5.6")


def good_and_bad_in_production(api):
    """The good one is the newer one: rows come newest first, and the contract has it first."""
    api.verified("Foo", "3.4.5", "4.5.6", success=False, consumer_tag="prod")
    api.verified("Foo", "1.2.3", "4.5.6", consumer_tag="prod")


def main_branch(api):
    api.call("PUT", "/pacticipants/Foo/branches/main/versions/1", {})


def environment_with_contacts(api):
    contacts = [{"name": "Foo team", "details": {"emailAddress": "foo@bar.com"}}]
    api.call("POST", "/environments", {"name": "test", "displayName": "Test", "production": False, "contacts": contacts})


def environment(api):
    return {DEPLOYED_TO: api.environment("test")}


def available(api):
    api.version("Foo", SHA)
    return {AVAILABLE: api.environment("test")}


def two_environments(api):
    api.version("Foo", SHA)
    api.environment("prod")
    api.environment("dev")


def deployed(api, instance=None):
    api.version("Foo", "2")
    uuid = api.environment("test")
    return {DEPLOYED_TO: uuid, DEPLOYED: api.deploy("Foo", "2", uuid, instance)}


def webhook(api):
    condor_and_pricing(api)
    request = {"method": "POST", "url": "https://webhook"}
    api.call("PUT", f"/webhooks/{WEBHOOK}", {"events": [{"name": "contract_content_changed"}], "request": request})


def nothing(api):
    """What is said is so of an empty broker."""


# What sets each provider state up. It answers the UUIDs that the broker chose, by those that the contract has.
STATES = {
    "": nothing,
    "'Condor' does not exist in the pact-broker": nothing,
    "no pact between Condor and the Pricing Service exists": nothing,
    "the 'Pricing Service' does not exist in the pact-broker": nothing,
    "the pacticipant relations are present": nothing,
    "the pb:environments relation exists in the index resource": nothing,
    "the pb:latest-tagged-version relation exists in the index resource": nothing,
    "the pb:latest-version relation exists in the index resource": nothing,
    "the pb:pacticipant-branch relation exists in the index resource": nothing,
    "the pb:pacticipant-version and pb:environments relations exist in the index resource": nothing,
    "the pb:publish-contracts relations exists in the index resource": nothing,
    "a pacticipant with name Foo exists": lambda api: api.participant("Foo"),
    "'Condor' exists in the pact-broker": condor_alone,
    "'Condor' exists in the pact-broker with the latest version 1.2.3": lambda api: condor_alone(api, "1.2.3"),
    "'Condor' exists in the pact-broker with the latest tagged 'production' version 1.2.3": lambda api: condor_alone(api, "1.2.3", "production"),
    "'Condor' exists in the pact-broker with version 1.3.0, tagged with 'prod'": lambda api: condor_alone(api, tag="prod"),
    "the 'Pricing Service' already exists in the pact-broker": pricing_alone,
    "the 'Pricing Service' and 'Condor' already exist in the pact-broker": condor_and_pricing,
    "the 'Pricing Service' and 'Condor' already exist in the pact-broker, and Condor already has a pact published for version 1.3.0":
        a_pact_of_condor,
    "a pact between Condor and the Pricing Service exists": a_pact_of_condor,
    "a latest pact between Condor and the Pricing Service exists": a_pact_of_condor,
    "a pact between Condor and the Pricing Service exists for the production version of Condor": lambda api: a_pact_of_condor(api, "prod"),
    "tagged as prod pact between Condor and the Pricing Service exists": lambda api: a_pact_of_condor(api, "prod"),
    "the pact for Foo Thing version 1.2.3 has been verified by Bar version 4.5.6": lambda api: api.verified("Foo Thing", "1.2.3", "4.5.6"),
    "the pact for Foo version 1.2.3 has been verified by Bar version 4.5.6": lambda api: api.verified("Foo", "1.2.3", "4.5.6"),
    "the pact for Foo version 1.2.3 and 1.2.4 has been verified by Bar version 4.5.6": both_versions_good,
    "the pact for Foo version 1.2.3 has been verified by Bar version 4.5.6 and version 5.6.7": two_good,
    "the pact for Foo version 1.2.3 has been successfully verified by Bar version 4.5.6 (tagged prod) and version 5.6.7":
        lambda api: two_good(api, "prod"),
    "the pact for Foo version 1.2.3 has been successfully verified by Bar version 4.5.6, and 1.2.4 unsuccessfully by 9.9.9": one_good_one_bad,
    "the pact for Foo version 1.2.3 has been successfully verified by Bar version 4.5.6 with tag prod, and 1.2.4 unsuccessfully by 9.9.9":
        lambda api: one_good_one_bad(api, "prod"),
    "provider Bar version 4.5.6 has a successful verification for Foo version 1.2.3 tagged prod and a failed verification for version 3.4.5 "
    "tagged prod": good_and_bad_in_production,
    "a branch named main exists for pacticipant Foo": main_branch,
    "an environment exists": environment_with_contacts,
    "an environment with name test exists": environment,
    f"an environment with name test and UUID {DEPLOYED_TO} exists": environment,
    f"version {SHA} of pacticipant Foo exists with a test environment available for deployment": available,
    f"version {SHA} of pacticipant Foo exists with a test environment available for release": available,
    f"version {SHA} of pacticipant Foo exists with 2 environments that aren't test available for deployment": two_environments,
    "a currently deployed version exists": deployed,
    f"an version is deployed to environment with UUID {DEPLOYED_TO} with target customer-1": lambda api: deployed(api, "customer-1"),
    f"a webhook with the uuid {WEBHOOK} exists": webhook,
}
