use super::*;

fn line(cells: &[(&str, &str)]) -> Line {
    cells.iter().map(|(name, cell)| ((*name).to_owned(), (*cell).to_owned())).collect()
}

fn changed(changes: &[(&str, &str)]) -> Interaction {
    let cells = [
        ("No", "1"),
        ("method", "PUT"),
        ("path", "/a"),
        ("headers", "'X-A: 1'"),
        ("body", "JSON: {}"),
        ("response", "201"),
        ("response content", "text/csv"),
        ("response body", "a;b"),
    ];
    let state = State { lines: vec![line(&cells)] };
    let changes = Row::new(changes.iter().copied());
    state.changed("1", Some(&changes), &Fixtures::new(std::path::PathBuf::new())).unwrap()
}

#[test]
fn a_line_is_a_request_and_a_response() {
    let interaction = changed(&[]);
    let (request, response) = interaction.as_http().unwrap();
    assert_eq!((request.method.as_str(), request.path.as_str(), response.status), ("PUT", "/a", 201));
    assert_eq!(request.headers.get("content-type"), ["application/json"]);
    assert_eq!(response.headers.get("content-type"), ["text/csv"]);
    assert_eq!(&*response.body.bytes(), b"a;b");
}

#[test]
fn changes_take_the_place_of_what_was_there() {
    let interaction =
        changed(&[("raw headers", "'X-A: 1', 'X-A: 2'"), ("body", "XML: <a/>"), ("response", "400")]);
    let (request, response) = interaction.as_http().unwrap();
    assert_eq!(request.headers.get("x-a"), ["1", "2"]);
    assert_eq!(request.headers.get("content-type"), ["application/xml"]);
    assert_eq!((request.method.as_str(), response.status), ("PUT", 400));
    assert_eq!(
        &*response.body.bytes(),
        b"a;b",
        "what is said of the request changes nothing of the response"
    );
}

#[test]
fn mere_text_keeps_the_media_type() {
    let interaction = changed(&[("body", "{\"b\": 1}")]);
    let (request, _) = interaction.as_http().unwrap();
    assert_eq!(request.headers.get("content-type"), ["application/json"]);
    assert_eq!(&*request.body.bytes(), b"{\"b\":1}");
}

#[test]
fn only_what_is_defined_has_a_number() {
    let fixtures = Fixtures::new(std::path::PathBuf::new());
    assert!(State::default().interaction("1", &fixtures).is_err());
    assert_eq!(numbers("1, 2,").collect::<Vec<_>>(), ["1", "2"]);
}
