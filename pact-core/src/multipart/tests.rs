use super::*;

fn shown(body: &str, boundary: Option<&str>) -> Result<Vec<(Option<String>, String)>, MultipartError> {
    let parts = parse(body.as_bytes(), boundary)?;
    Ok(parts
        .iter()
        .map(|part| (part.name(), String::from_utf8(part.content().into_owned()).unwrap()))
        .collect())
}

const FORM: &str = "--xyz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\none\r\ntwo\r\n--xyz\r\n\
    content-disposition: form-data; filename=\"x;name=y\"; name=b\r\nContent-Type: application/json\r\n\r\n{}\r\n--xyz--\r\n";

#[test]
fn parts_have_names_and_content() {
    let parts = shown(FORM, Some("xyz")).unwrap();
    let named = |name: &str, content: &str| (Some(name.to_owned()), content.to_owned());
    assert_eq!(parts, [named("a", "one\r\ntwo"), named("b", "{}")]);
    assert_eq!(parse(FORM.as_bytes(), None).unwrap()[1].content_type(), Some(ContentType::json()));
}

#[test]
fn the_boundary_of_the_body_wins_over_one_that_is_not_in_it() {
    assert_eq!(shown(FORM, None).unwrap().len(), 2);
    assert_eq!(shown(FORM, Some("other")).unwrap().len(), 2);
}

#[test]
fn plain_line_breaks_and_what_stands_around_the_parts_do_no_harm() {
    let unix = format!("\npreamble\n{}epilogue\n--xyz\n", FORM.replace('\r', ""));
    assert_eq!(shown(&unix, Some("xyz")).unwrap()[0].1, "one\ntwo");
    // Lines that only look like the boundary are content.
    let alike = "--x\r\n\r\n--xy\r\n --x\r\na--x\r\n--x--";
    assert_eq!(shown(alike, Some("x")).unwrap(), [(None, "--xy\r\n --x\r\na--x".to_owned())]);
}

#[test]
fn parts_may_be_empty_and_have_no_headers() {
    assert_eq!(shown("--x\r\n\r\n\r\n--x--", None).unwrap(), [(None, String::new())]);
    assert_eq!(shown("--x\r\n--x--", None).unwrap(), [(None, String::new())]);
    assert_eq!(shown("--x\r\na: b\r\n--x--", None).unwrap(), [(None, String::new())]);
}

#[test]
fn headers_may_be_folded_and_names_quoted() {
    let body = "--x\r\nContent-Disposition: form-data;\r\n name=\"a \\\"b\\\" c:\\d\"\r\n\r\n1\r\n--x--";
    assert_eq!(shown(body, None).unwrap()[0].0.as_deref(), Some(r#"a "b" c:\d"#));
}

#[test]
fn base64_is_decoded_where_the_part_says_so() {
    let body = "--x\r\nContent-Transfer-Encoding: BASE64\r\n\r\naGVs\r\nbG8=\r\n--x--";
    assert_eq!(shown(body, None).unwrap()[0].1, "hello");
    assert_eq!(shown(&body.replace("aGVs", "!"), None).unwrap()[0].1, "!\r\nbG8=");
}

#[test]
fn what_is_not_made_of_parts_is_refused() {
    for (body, error) in [
        ("", MultipartError::NoParts),
        ("text", MultipartError::NoParts),
        ("--", MultipartError::NoParts),
        ("--x--", MultipartError::NotClosed),
        ("--x\r\n\r\ntext", MultipartError::NotClosed),
        ("--x\r\nno header\r\n\r\n\r\n--x--", MultipartError::Header { part: 0 }),
    ] {
        assert_eq!(shown(body, None), Err(error), "{body}");
    }
    // Nothing but the closing line is a form without fields.
    assert_eq!(shown("--x--", Some("x")), Ok(Vec::new()));
}

#[test]
fn the_number_of_parts_and_headers_is_bounded() {
    let parts = "--x\r\n".repeat(PARTS + 2);
    assert!(matches!(shown(&parts, None), Err(MultipartError::TooMany { what: "parts", .. })));
    let headers = format!("--x\r\n{}\r\n--x--", "a: b\r\n".repeat(HEADERS + 1));
    assert!(matches!(shown(&headers, None), Err(MultipartError::TooMany { .. })));
}
