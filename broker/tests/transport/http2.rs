//! HTTP/2, also by clients that are not what they should be: those write their frames by hand (RFC 9113).

use std::net::SocketAddr;

use pactwright_broker::Config;
use reqwest::{Client, Version};
use serde_json::Value;
use tokio::{io::AsyncWriteExt as _, net::TcpStream};

use crate::support::{PATIENCE, SHORT, http1, plain, rest, say, until_measured};

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RESET: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GO_AWAY: u8 = 7;
const WINDOW_UPDATE: u8 = 8;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// A request, by the first entries of HPACK's table and one literal for each of the rest.
fn request(method: u8, path: &str) -> Vec<u8> {
    let literal =
        |index: u8, text: &str| [&[index, u8::try_from(text.len()).unwrap()], text.as_bytes()].concat();
    [vec![method, 0x86], literal(0x44, path), literal(0x41, "broker")].concat()
}

const GET: u8 = 0x82;
const POST: u8 = 0x83;

/// The beginning of a connection whose client lets so much of each answer be sent.
fn begin(window: u32) -> Vec<u8> {
    let setting = [&[0, 4], &window.to_be_bytes()[..]].concat();
    [PREFACE, &frame(SETTINGS, 0, 0, &setting)].concat()
}

/// The frames in what was said: their kinds, streams and lengths.
fn frames(mut bytes: &[u8]) -> Vec<(u8, u32, usize)> {
    let mut frames = Vec::new();
    while let Some(([a, b, c, kind, _, stream @ ..], _)) = bytes.split_first_chunk::<9>() {
        let length = u32::from_be_bytes([0, *a, *b, *c]) as usize;
        frames.push((*kind, u32::from_be_bytes(*stream), length));
        bytes = bytes.get(9 + length..).unwrap_or_default();
    }
    frames
}

/// The kinds of the frames in what was said.
fn kinds(bytes: &[u8]) -> Vec<u8> {
    frames(bytes).into_iter().map(|(kind, ..)| kind).collect()
}

fn knowing() -> Client {
    Client::builder().no_proxy().timeout(PATIENCE).http2_prior_knowledge().build().unwrap()
}

#[tokio::test]
async fn who_knows_it_speaks_it_without_tls() {
    let address = plain(Config::default()).await;
    let answer = knowing().get(format!("http://{address}/")).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.version()), (200, Version::HTTP_2));
    assert!(!answer.headers().contains_key("strict-transport-security"));
    let document: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    assert_eq!(document["_links"]["self"]["href"], format!("http://{address}"));
    // What begins as the preface does is no such thing yet.
    let answer =
        say(address, b"PUT /x HTTP/1.1\r\nhost: broker\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
            .await;
    assert!(answer.starts_with(b"HTTP/1.1 404 "), "{}", String::from_utf8_lossy(&answer));
}

#[tokio::test]
async fn many_requests_are_under_way_on_one_connection_and_large_answers_are_whole() {
    let address = plain(Config::default()).await;
    let client = knowing();
    let url = format!("http://{address}/openapi");
    let expected = http1().get(&url).send().await.unwrap().bytes().await.unwrap();
    let asked: Vec<_> = (0..300)
        .map(|_| {
            let request = client.get(&url).send();
            tokio::spawn(async move { request.await.unwrap().bytes().await.unwrap() })
        })
        .collect();
    assert!(expected.len() > 100_000, "it comes in pieces");
    for answer in asked {
        assert_eq!(answer.await.unwrap(), expected);
    }
    let head = client.head(&url).send().await.unwrap();
    assert_eq!(head.headers()["content-length"], expected.len().to_string().as_str());
}

#[tokio::test]
async fn requests_are_counted_whatever_they_come_on() {
    let mut config = Config::default();
    (config.http.requests, config.http.waiting) = (1, 0);
    let address = plain(config).await;
    let mut slow = TcpStream::connect(address).await.unwrap();
    let literal =
        |index: &[u8], text: &str| [index, &[u8::try_from(text.len()).unwrap()], text.as_bytes()].concat();
    // A body is announced, and does not come.
    let head = [request(POST, "/environments"), literal(&[0x0f, 0x10], "application/json")].concat();
    slow.write_all(&[begin(65_535), frame(HEADERS, END_HEADERS, 1, &head)].concat()).await.unwrap();
    until_measured(address, "pactwright_http_requests_in_flight 2").await;
    let refused = http1().get(format!("http://{address}/environments")).send().await.unwrap();
    assert_eq!((refused.status().as_u16(), &refused.headers()["retry-after"]), (503, &"1".parse().unwrap()));
    drop(slow);
    until_measured(address, "pactwright_http_requests_in_flight 1").await;
    let answer = knowing().get(format!("http://{address}/environments")).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
}

#[tokio::test]
async fn who_is_silent_or_slow_before_a_request_is_left() {
    let mut config = Config::default();
    (config.http.head_timeout, config.http.write_timeout) = (SHORT, SHORT);
    let address = plain(config).await;
    // What is shown is that reading ends.
    for begun in [
        PREFACE[..5].to_vec(),
        PREFACE.to_vec(),
        begin(65_535),
        // Half of a head.
        [begin(65_535), frame(HEADERS, 0, 1, &request(GET, "/"))].concat(),
    ] {
        let said = kinds(&say(address, &begun).await);
        assert!(!said.contains(&HEADERS), "{said:?}");
    }
    let whole = [begin(65_535), frame(HEADERS, END_STREAM | END_HEADERS, 1, &request(GET, "/health/live"))];
    let said = kinds(&say(address, &whole.concat()).await);
    assert!(said.contains(&HEADERS) && said.contains(&GO_AWAY), "{said:?}");
}

/// One that asks and asks, and takes nothing of what it is answered.
async fn greedy(address: SocketAddr) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let asked: Vec<_> = (0..50)
        .map(|number| frame(HEADERS, END_STREAM | END_HEADERS, 2 * number + 1, &request(GET, "/openapi")))
        .collect();
    stream.write_all(&[begin(0), asked.concat()].concat()).await.unwrap();
    stream
}

#[tokio::test]
async fn who_takes_nothing_of_its_answers_makes_room_for_others() {
    let mut config = Config::default();
    (config.http.head_timeout, config.http.write_timeout, config.http.connections) = (SHORT, SHORT, 1);
    let address = plain(config).await;
    let greedy = greedy(address).await;
    // There is only one place, and it is given up although nobody closed the connection.
    let answer = http1().get(format!("http://{address}/health/live")).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    let said = kinds(&rest(greedy).await);
    assert!(said.contains(&HEADERS), "{said:?}");
    assert_eq!(said.iter().filter(|kind| [RESET].contains(kind)).count(), 50, "{said:?}");
    // It is told to go before it is asked whether it is there: that comes much later, and some would answer.
    let told = said.iter().position(|kind| *kind == GO_AWAY).unwrap();
    assert!(!said[..told].contains(&PING), "{said:?}");
}

#[tokio::test]
async fn an_answer_that_is_not_taken_is_taken_back_and_the_others_go_on() {
    let mut config = Config::default();
    (config.http.head_timeout, config.http.write_timeout) = (SHORT, 2 * SHORT);
    let address = plain(config).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let ask = |number| frame(HEADERS, END_STREAM | END_HEADERS, number, &request(GET, "/openapi"));
    let take = |number, length: u32| frame(WINDOW_UPDATE, 0, number, &length.to_be_bytes());
    // On the whole connection more than enough.
    stream.write_all(&[begin(0), take(0, 1_000_000), ask(1), ask(3)].concat()).await.unwrap();
    // Of one something is taken again and again, for longer than the other one is kept.
    let (reads, mut writes) = stream.into_split();
    let takes = async move {
        for _ in 0..12 {
            tokio::time::sleep(SHORT / 4).await;
            writes.write_all(&take(3, 8_500)).await.unwrap();
        }
        writes.write_all(&[ask(5), take(5, 60_000)].concat()).await.unwrap();
        writes
    };
    let (said, _writes) = tokio::join!(rest(reads), takes);
    let said = frames(&said);
    let of = |stream: u32| said.iter().filter(move |(_, number, _)| *number == stream);
    let kinds = |stream: u32| of(stream).map(|(kind, ..)| *kind).collect::<Vec<_>>();
    assert_eq!(kinds(1), [HEADERS, RESET]);
    assert_eq!(
        of(3).filter(|(kind, ..)| *kind == DATA).map(|(.., length)| length).sum::<usize>(),
        12 * 8_500
    );
    assert_eq!(kinds(3).last(), Some(&RESET), "in the end nothing more is taken");
    assert!(kinds(5).starts_with(&[HEADERS, DATA]), "{:?}", kinds(5));
}

#[tokio::test]
async fn who_takes_back_what_it_asks_again_and_again_is_left() {
    let address = plain(Config::default()).await;
    let taken_back = |number: u32| {
        let stream = 2 * number + 1;
        [
            frame(HEADERS, END_STREAM | END_HEADERS, stream, &request(GET, "/openapi.json")),
            frame(RESET, 0, stream, &8_u32.to_be_bytes()),
        ]
        .concat()
    };
    let all: Vec<u8> = (0..2_000).flat_map(taken_back).collect();
    let said = kinds(&say(address, &[begin(65_535), all].concat()).await);
    assert!(said.contains(&GO_AWAY), "{said:?}");
    until_measured(address, "pactwright_http_requests_in_flight 1").await;
}

#[tokio::test]
async fn heads_are_as_large_as_may_be() {
    let address = plain(Config::default()).await;
    for (length, expected) in [(40_000, 200), (70_000, 431)] {
        let request = knowing().get(format!("http://{address}/")).header("x-long", "x".repeat(length));
        assert_eq!(request.send().await.unwrap().status().as_u16(), expected, "{length}");
    }
}
