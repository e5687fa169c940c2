// The same interactions as `tests/tests/contracts/twins.rs` writes with our DSL, written with pact-js.
//
//   node twins.mjs DIR      writes the pacts to DIR
import assert from "node:assert/strict";
import { MatchersV3, Pact, XmlBuilder } from "@pact-foundation/pact";

const { arrayContaining, atLeastLike, atMostLike, boolean, constrainedArrayLike, date, datetime, decimal, eachKeyMatches } = MatchersV3;
const { eachLike, eachValueMatches, equal, fromProviderState, includes, integer, like, matchStatus, nullValue } = MatchersV3;
const { number, regex, string, time, uuid } = MatchersV3;

const [dir] = process.argv.slice(2);
const pact = (provider) => new Pact({ consumer: "twins", provider, dir, logLevel: "error" });

// Over HTTP.
const api = pact("twin-api");
const json = { "Content-Type": "application/json" };

await api
  .addInteraction()
  .given("an order exists", { id: 7, customer: "c-1" })
  .given("the customer is signed in")
  .uponReceiving("a request for an order")
  .withRequest("GET", regex("/orders/\\d+", "/orders/7"), (request) =>
    request
      .query({ page: regex("\\d+", "1"), expand: "lines" })
      .headers({ Accept: "application/json", Authorization: regex("Bearer .+", "Bearer token") }),
  )
  .willRespondWith(200, (response) =>
    response.headers({ ETag: regex('".+"', '"7-1"') }).jsonBody({
      id: integer(7),
      total: decimal(19.5),
      weight: number(3),
      paid: boolean(true),
      name: string("Ada"),
      state: regex("open|paid|sent", "open"),
      note: nullValue(),
      about: includes("lines"),
      kind: equal("order"),
      due: date("yyyy-MM-dd", "2026-11-21"),
      at: time("HH:mm:ss", "14:30:00"),
      placed: datetime("yyyy-MM-dd'T'HH:mm:ssXXX", "2026-11-21T14:30:00+01:00"),
      trace: uuid("936da01f-9abd-4d9d-80c7-02af85c822a8"),
      customer: like({ id: "c-1", tags: ["a"] }),
      lines: eachLike({ sku: regex("SKU-\\d+", "SKU-1"), count: integer(2) }),
      two: atLeastLike("x", 2),
      few: constrainedArrayLike(1, 1, 4),
      "at most": atMostLike(true, 3),
      links: arrayContaining({ rel: "self", href: like("/orders/7") }, { rel: "invoice", href: like("/invoices/7") }),
      stock: eachKeyMatches({ "SKU-1": 3 }, regex("SKU-\\d+", "SKU-1")),
      names: eachValueMatches({ "SKU-1": "Lamp" }, regex("[A-Z][a-z]+", "Lamp")),
    }),
  )
  .executeTest(async ({ url }) => {
    const headers = { Accept: "application/json", Authorization: "Bearer t" };
    const answer = await fetch(`${url}/orders/12?expand=lines&page=2`, { headers });
    assert.equal((await answer.json()).kind, "order");
  });

await api
  .addInteraction()
  .given("stock is there")
  .uponReceiving("an order")
  .withRequest("POST", "/orders", (request) =>
    request.jsonBody({ customer: string("c-1"), lines: eachLike({ sku: "SKU-1", count: integer(1) }) }),
  )
  .willRespondWith(201, (response) =>
    response
      .headers({ Location: fromProviderState("/orders/${id}", "/orders/8") })
      .jsonBody({ id: fromProviderState("id", 8) }),
  )
  .executeTest(async ({ url }) => {
    const body = JSON.stringify({ customer: "c-2", lines: [{ sku: "SKU-1", count: 4 }] });
    const answer = await fetch(`${url}/orders`, { method: "POST", headers: json, body });
    assert.equal(answer.status, 201);
  });

await api
  .addInteraction()
  .uponReceiving("a request for nothing")
  .withRequest("GET", "/orders/404")
  .willRespondWith(matchStatus(404, "clientError"))
  .executeTest(async ({ url }) => assert.equal((await fetch(`${url}/orders/404`)).status, 404));

const report = new XmlBuilder("1.0", "UTF-8", "report").build((root) => {
  root.setAttributes({ page: integer(1) });
  root.eachLike("line", { sku: regex("SKU-\\d+", "SKU-1") }, (line) => line.appendText(string("a lamp")), { min: 1 });
});
await api
  .addInteraction()
  .uponReceiving("a request for a report")
  .withRequest("GET", "/report")
  .willRespondWith(200, (response) => response.xmlBody(report))
  .executeTest(async ({ url }) => assert.equal((await fetch(`${url}/report`)).status, 200));

await api
  .addInteraction()
  .uponReceiving("a request for a picture")
  .withRequest("GET", "/picture")
  .willRespondWith(200, (response) => response.body("application/octet-stream", Buffer.from([1, 2, 255])))
  .executeTest(async ({ url }) => assert.equal((await (await fetch(`${url}/picture`)).arrayBuffer()).byteLength, 3));

await api
  .addInteraction()
  .uponReceiving("a cancellation")
  .withRequest("DELETE", "/orders/7")
  .willRespondWith(204)
  .executeTest(async ({ url }) => assert.equal((await fetch(`${url}/orders/7`, { method: "DELETE" })).status, 204));

// Messages.
await pact("twin-events")
  .addAsynchronousInteraction()
  .given("an order was placed")
  .expectsToReceive("an order event", (event) =>
    event
      .withJSONContent({ id: integer(7), lines: eachLike({ sku: regex("SKU-\\d+", "SKU-1") }) })
      .withMetadata({ topic: "orders" }),
  )
  .executeTest(async (event) => assert.equal(event.contents.content.id, 7));

await pact("twin-prices")
  .addSynchronousInteraction("a question for a price")
  .given("prices are known")
  .withRequest((request) => request.withJSONContent({ sku: regex("SKU-\\d+", "SKU-1") }))
  .withResponse((response) => response.withJSONContent({ cents: integer(995), currency: string("EUR") }))
  .executeTest(async (exchange) => assert.equal(exchange.Response.length, 1));
