use super::*;

fn edited(text: &str, path: &str, value: &str) -> String {
    let data = Data::Text(text.to_owned());
    let source = Source::new(&data, None).unwrap();
    let document = source.parse().unwrap();
    let mut edits = Edits::default();
    let path: crate::path::DocPath = path.parse().unwrap();
    for slot in select(&document, path.steps()) {
        edits.replace(&slot, value).unwrap();
    }
    match source.finish(edits) {
        Data::Text(text) => text,
        other => panic!("{other:?}"),
    }
}

#[test]
fn only_the_value_changes() {
    let before =
        "\n<?xml version='1.0'?>\n<!-- a < b -->\n<a  b = \"1\"\tc='2' >\n  <d> 3 </d><!-- x --><d/>\n</a>\n";
    for (path, old, new) in [
        ("$.a['@b']", "\"1\"", "\"9\""),
        ("$.a['@c']", "'2'", "'9'"),
        ("$.a.d", "<d> 3 </d><!-- x --><d/>", "<d> 9 </d><!-- x --><d>9</d>"),
        ("$.a.d[0]", " 3 ", " 9 "),
        ("$.a.d[1].#text", "<d/>", "<d>9</d>"),
        ("$.a[1]", "<d/>", "<d>9</d>"),
        ("$[0].d[0]['#text']", " 3 ", " 9 "),
        ("$.*.d[0]", " 3 ", " 9 "),
        ("$.a[*][0]", " 3 ", " 9 "),
        ("$.a", "3", "3"),
        ("$.a.e", "3", "3"),
        ("$", "3", "3"),
    ] {
        assert_eq!(edited(before, path, "9"), before.replace(old, new), "{path}");
    }
}

#[test]
fn wildcards_lead_to_attributes_and_elements() {
    assert_eq!(
        edited("<a b='1'><c>2</c><d e='3'/></a>", "$.a.*", "9"),
        "<a b='9'><c>9</c><d e='3'>9</d></a>"
    );
    assert_eq!(
        edited("<a b='1'><c>2</c><d e='3'/></a>", "$.a[*]", "9"),
        "<a b='1'><c>9</c><d e='3'>9</d></a>"
    );
    assert_eq!(edited("<a><c>2</c><c>3</c><d>4</d></a>", "$.a.c[*]", "9"), "<a><c>9</c><c>9</c><d>4</d></a>");
}

#[test]
fn values_are_written_so_that_they_read_as_they_are() {
    let value = "a&b <c> \"d\" 'e' ]]> \u{e4}\t\n\r.";
    for (before, path) in [
        ("<a b='1'/>", "$.a['@b']"),
        ("<a b=\"1\"/>", "$.a['@b']"),
        ("<a>1</a>", "$.a"),
        ("<a/>", "$.a"),
        ("<a  />", "$.a"),
        ("<a></a>", "$.a"),
        ("<a> </a>", "$.a"),
        ("<a><![CDATA[1]]></a>", "$.a"),
        ("<a><![CDATA[]]></a>", "$.a"),
        ("<a>1<!-- 2 --><![CDATA[3]]><?p 4?> 5 &amp; 6</a>", "$.a"),
        ("<a>1<b>2</b>3</a>", "$.a"),
        ("<a><b>2</b></a>", "$.a.#text"),
    ] {
        let after = edited(before, path, value);
        let root = super::super::Element::parse(after.as_bytes()).unwrap();
        let made = root.attributes.first().map_or(root.text.as_str(), |(_, value)| value);
        // A CDATA section has no references: parsers read its carriage return as a line feed.
        let expected =
            if before.starts_with("<a><![CDATA[") { value.replace('\r', "\n") } else { value.to_owned() };
        assert_eq!(made, expected, "{after}");
    }
}

#[test]
fn sections_stay_sections() {
    assert_eq!(edited("<a><![CDATA[1]]></a>", "$.a", "<9>"), "<a><![CDATA[<9>]]></a>");
    assert_eq!(edited("<a>1<!--x-->2</a>", "$.a", "9"), "<a>9<!--x--></a>");
}

#[test]
fn names_may_have_prefixes_namespaces_or_neither() {
    let before = "<n:a xmlns:n='urn:x' n:b='1' b='2'><n:c>3</n:c></n:a>";
    for path in ["$.n:a.n:c", "$['urn:x:a']['urn:x:c']", "$.a.c", "$['n:a'].c"] {
        assert_eq!(edited(before, path, "9"), before.replace('3', "9"), "{path}");
    }
    assert_eq!(edited(before, "$.a['@n:b']", "9"), before.replace('1', "9"));
    assert_eq!(edited(before, "$.a['@urn:x:b']", "9"), before.replace('1', "9"));
    assert_eq!(edited(before, "$.a['@b']", "9"), before.replace('2', "9"));
}

#[test]
fn encodings_stay_and_what_they_lack_becomes_a_reference() {
    let edit = |bytes: &[u8], charset: Option<&str>| {
        let data = Data::Binary(bytes.to_vec());
        let source = Source::new(&data, charset).unwrap();
        let document = source.parse().unwrap();
        let mut edits = Edits::default();
        for slot in select(&document, &[Step::Field("a".to_owned())]) {
            edits.replace(&slot, "ä€").unwrap();
        }
        match source.finish(edits) {
            Data::Binary(bytes) => bytes,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(
        edit(b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xFC</a>", None),
        b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xE4&#x20AC;</a>"
    );
    assert_eq!(edit(b"<a>\xFC</a>", Some("windows-1252")), b"<a>\xE4\x80</a>");
    assert_eq!(edit(b"\xEF\xBB\xBF<a>1</a>", None), "\u{feff}<a>ä€</a>".as_bytes());
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    assert_eq!(edit(&utf16("\u{feff}<a>1</a>\n"), None), utf16("\u{feff}<a>ä€</a>\n"));
    assert_eq!(edit(&utf16("<a>1</a>"), None), utf16("<a>ä€</a>"));
}

#[test]
fn what_no_document_can_have_is_refused() {
    let data = Data::Text("<a/>".to_owned());
    let source = Source::new(&data, None).unwrap();
    let document = source.parse().unwrap();
    let slots = select(&document, &[Step::Field("a".to_owned())]);
    assert_eq!(Edits::default().replace(&slots[0], "x\0"), Err('\0'));
    assert_eq!(Edits::default().replace(&slots[0], "\u{ffff}"), Err('\u{ffff}'));
}
