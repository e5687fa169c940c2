//! Three clients of a shop: one that writes version 2 of the specification, one version 3, one version 4.

use pactwright::dsl::{Contract, Mock};
use pactwright::prelude::*;
use reqwest::Method;
use serde_json::Value;

use super::TestResult;
use super::client::Service;

/// A GIF of one pixel, which verifiers recognise by its content.
const PICTURE: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
const JSON: (&str, &str) = ("content-type", "application/json");

fn shop(consumer_name: &str, version: SpecVersion) -> Contract {
    consumer(consumer_name).provider("shop-api").spec_version(version)
}

/// What version 2 can say: types, expressions and lists.
fn reading_and_placing(contract: &Contract) -> Mock {
    contract
        .given("order 7 exists")
        .upon_receiving("a request for an order")
        .request(
            get(regex("/orders/7", r"/orders/\d+"))
                .query("expand", regex("lines", "lines|none"))
                .header("accept", "application/json"),
        )
        .respond(ok().header("etag", regex("\"7-1\"", "\".+\"")).json(json!({
            "id": like(7),
            "state": regex("open", "open|paid|sent"),
            "currency": "EUR",
            "lines": each_like(json!({ "sku": regex("SKU-1", r"SKU-\d+"), "count": like(2) })),
            "tags": each_like("new").min(0).max(3),
        })))
        .upon_receiving("a request for an order that nobody placed")
        .request(get("/orders/404").header("accept", "application/json"))
        .respond(not_found().json(json!({ "title": like("there is no such order") })))
        .upon_receiving("an order")
        .request(
            post("/orders").json(json!({ "lines": each_like(json!({ "sku": "SKU-1", "count": like(2) })) })),
        )
        .respond(
            created().header("location", regex("/orders/8", r"/orders/\d+")).json(json!({ "id": like(8) })),
        )
}

async fn read_and_place(service: &Service) -> TestResult {
    let accept = ("accept", "application/json");
    let order = service.get("/orders/7?expand=none", &[accept]).await?;
    assert_eq!(order.json()?["currency"], "EUR", "{}", order.shown());
    let none = service.get("/orders/404", &[accept]).await?;
    assert_eq!(none.status, 404, "{}", none.shown());
    let order = br#"{"lines": [{"sku": "SKU-1", "count": 5}, {"sku": "SKU-1", "count": 1}]}"#;
    let placed = service.send(Method::POST, "/orders", &[JSON], order).await?;
    assert_eq!((placed.status, placed.json()?["id"].clone()), (201, Value::from(8)), "{}", placed.shown());
    Ok(())
}

/// What version 3 adds: kinds of numbers, dates, provider states with parameters, generators, XML, forms, parts, bytes.
fn bodies_of_every_kind(mock: Mock) -> Mock {
    mock.given_with("an order exists", json!({ "lines": 2, "customer": { "name": "Ada" } }))
        .given("the customer is signed in")
        .upon_receiving("a request for everything about an order")
        .request(
            get(from_provider_state("/orders/${id}/details", "/orders/7/details"))
                .query("page", integer(1))
                .query("tag", "a b")
                .query("tag", "c&d")
                .header("authorization", regex("Bearer token", "Bearer .+")),
        )
        .respond(ok().header("x-request-id", uuid("0a0a0a0a-0b0b-0c0c-0d0d-0e0e0e0e0e0e")).json(json!({
            "id": from_provider_state("id", 7),
            "count": integer(2),
            "total": decimal(12.5),
            "weight": number(3),
            "paid": boolean(false),
            "note": null_value(),
            "about": include("lines").example("an order of 2 lines"),
            "kind": equal_to("order"),
            "due": date("2026-11-21", "yyyy-MM-dd"),
            "at": time("14:30:00", "HH:mm:ss"),
            "placed": datetime("2026-11-21T14:30:00+01:00", "yyyy-MM-dd'T'HH:mm:ssXXX"),
            "contact": email("ada@example.org"),
            "from": ipv4("127.0.0.13"),
            "digest": hexadecimal("c0ffee"),
            "trace": random_uuid(),
            "dice": random_integer(1..=6),
            "code": random_regex("[A-Z]{3}-[0-9]{3}"),
            "next": relative_date("today + 1 day", "yyyy-MM-dd"),
            "lines": each_like(json!({ "sku": string("SKU-1"), "prices": each_like(decimal(9.5)).max(4) })),
            "labels": { "fragile": like("yes") },
        })))
        .upon_receiving("a login")
        .request(post("/token").form(json!({ "user": string("ada"), "scope": ["read", "write"] })))
        .respond(ok().json(json!({ "token": random_hexadecimal(16), "kind": "bearer" })))
        .upon_receiving("a request for a report")
        .request(get("/report").header("accept", "application/xml"))
        .respond(
            ok().xml(
                element("report").attribute("page", integer(1)).child(
                    element("line")
                        .occurs(1..)
                        .attribute("sku", regex("SKU-1", r"SKU-\d+"))
                        .child(element("state").text(regex("open", "open|paid"))),
                ),
            ),
        )
        .upon_receiving("an upload of a label")
        .request(post("/labels").multipart(multipart().field("order", regex("7", r"\d+")).file(
            "label",
            "label.gif",
            "image/gif",
            PICTURE,
        )))
        .respond(created().text(regex("stored 7", r"stored \d+")))
        .upon_receiving("a request for a picture")
        .request(get("/picture"))
        .respond(ok().bytes_like("image/gif", PICTURE))
        .upon_receiving("a request for the very same picture")
        .request(get("/picture").header("x-exactly", "yes"))
        .respond(ok().bytes("image/gif", PICTURE))
        .upon_receiving("a request for an export")
        .request(get("/export"))
        .respond(ok().text_as("text/csv", regex("id;state\n7;open\n", r"id;state\n(\d+;[a-z]+\n)*")))
        .given_with("an order exists", json!({ "lines": 1 }))
        .upon_receiving("a cancellation")
        .request(delete(from_provider_state("/orders/${id}", "/orders/7")))
        .respond(no_content())
}

async fn ask_for_every_kind(service: &Service) -> TestResult {
    let signed_in = ("authorization", "Bearer other");
    let details = service.get("/orders/7/details?tag=a+b&page=3&tag=c%26d", &[signed_in]).await?;
    assert_eq!(details.json()?["lines"][0]["prices"][0], 9.5, "{}", details.shown());

    let form = ("content-type", "application/x-www-form-urlencoded");
    let token = service.send(Method::POST, "/token", &[form], b"user=grace&scope=read&scope=write").await?;
    assert_eq!(token.json()?["kind"], "bearer", "{}", token.shown());

    let report = service.get("/report", &[("accept", "application/xml")]).await?;
    assert!(report.shown().contains("SKU-1"), "{}", report.shown());

    let parts = ("content-type", "multipart/form-data; boundary=other");
    let field = |name: &str| format!("--other\r\nContent-Disposition: form-data; name=\"{name}\"");
    let mut upload = format!(
        "{}\r\n\r\n12\r\n{}; filename=\"x.gif\"\r\nContent-Type: image/gif\r\n\r\n",
        field("order"),
        field("label")
    )
    .into_bytes();
    upload.extend_from_slice(PICTURE);
    upload.extend_from_slice(b"\r\n--other--\r\n");
    let stored = service.send(Method::POST, "/labels", &[parts], &upload).await?;
    assert_eq!((stored.status, stored.body.as_slice()), (201, &b"stored 7"[..]), "{}", stored.shown());

    for headers in [&[][..], &[("x-exactly", "yes")]] {
        assert_eq!(service.get("/picture", headers).await?.body, PICTURE);
    }
    assert!(service.get("/export", &[]).await?.shown().contains("7;open"));
    assert_eq!(service.send(Method::DELETE, "/orders/7", &[], b"").await?.status, 204);
    Ok(())
}

/// What version 4 adds: more matchers, classes of status, and remarks about an interaction.
fn what_version_4_adds(mock: Mock) -> Mock {
    mock.upon_receiving("a request for the catalogue")
        .key("catalogue")
        .comment("the start page asks for it")
        .test_name("the start page shows the catalogue")
        .reference("ticket", "id", "SHOP-7")
        .request(get("/catalogue").query_flag("all"))
        .respond(ok().json(json!({
            "version": semver("1.4.0"),
            "products": not_empty([1]),
            "stock": each_key(regex("SKU-1", r"SKU-\d+"), json!({ "SKU-1": 3 })),
            "prices": map_of(regex("EUR", "[A-Z]{3}"), json!({ "net": decimal(8.4) })),
            "names": each_value(regex("Lamp", "[A-Z][a-z]+"), json!({ "SKU-1": "Lamp" })),
            "discount": nullable(integer(5)),
            "links": array_containing(json!([
                { "rel": "self", "href": like("/catalogue") },
                { "rel": "next", "href": regex("/catalogue?page=2", r"/catalogue\?page=\d+") },
            ])),
        })))
        .upon_receiving("a request that is not allowed")
        .request(delete("/catalogue"))
        .respond(status(405).any_status_in(StatusClass::ClientError))
        .upon_receiving("a check")
        .request(head("/catalogue"))
        .respond(ok().header("content-type", "application/json"))
        .upon_receiving("a request for wishes, which the shop is still to learn")
        .pending()
        .request(get("/wishes"))
        .respond(ok().json(json!({ "wishes": each_like("a lamp") })))
}

async fn ask_for_what_version_4_adds(service: &Service) -> TestResult {
    let catalogue = service.get("/catalogue?all", &[]).await?;
    assert_eq!(catalogue.json()?["prices"]["EUR"]["net"], 8.4, "{}", catalogue.shown());
    assert_eq!(service.send(Method::DELETE, "/catalogue", &[], b"").await?.status, 405);
    assert_eq!(service.send(Method::HEAD, "/catalogue", &[], b"").await?.status, 200);
    assert_eq!(service.get("/wishes", &[]).await?.json()?["wishes"][0], "a lamp");
    Ok(())
}

#[tokio::test]
async fn a_kiosk_writes_version_2() -> TestResult {
    let mock = reading_and_placing(&shop("kiosk", SpecVersion::V2)).start().await?;
    read_and_place(&Service::new(mock.url())?).await?;
    assert_eq!(mock.finish().await?.interactions, 3);
    Ok(())
}

#[tokio::test]
async fn a_desktop_writes_version_3() -> TestResult {
    let mock = bodies_of_every_kind(reading_and_placing(&shop("desktop", SpecVersion::V3))).start().await?;
    let service = Service::new(mock.url())?;
    read_and_place(&service).await?;
    ask_for_every_kind(&service).await?;
    assert_eq!(mock.finish().await?.interactions, 11);
    Ok(())
}

#[tokio::test]
async fn a_browser_writes_version_4() -> TestResult {
    let before = bodies_of_every_kind(reading_and_placing(&shop("browser", SpecVersion::V4)));
    let mock = what_version_4_adds(before).start().await?;
    let service = Service::new(mock.url())?;
    read_and_place(&service).await?;
    ask_for_every_kind(&service).await?;
    ask_for_what_version_4_adds(&service).await?;
    assert_eq!(mock.finish().await?.interactions, 15);
    Ok(())
}
