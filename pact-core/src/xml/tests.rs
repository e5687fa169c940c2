use std::fmt::Write;

use super::*;

fn parse(text: &str) -> Element {
    Element::parse(text.as_bytes()).unwrap()
}

fn refused(text: &str) -> XmlError {
    Element::parse(text.as_bytes()).unwrap_err()
}

#[test]
fn names_keep_their_prefix_and_know_their_namespace() {
    let root = parse("<a:x xmlns:a='urn:one' xmlns='urn:two' a:p='1' q='2'><y/></a:x>");
    assert_eq!(root.name.written(), "a:x");
    assert_eq!(root.name.expanded().as_deref(), Some("urn:one:x"));
    assert_eq!(root.children[0].name.key(), (Some("urn:two"), "y"));
    let attributes: Vec<_> = root.attributes.iter().map(|(name, _)| (name.written(), name.key())).collect();
    assert_eq!(attributes, [("a:p", (Some("urn:one"), "p")), ("q", (None, "q"))]);
    assert_eq!(root.to_string(), r#"<a:x xmlns:a="urn:one"/>"#);
}

#[test]
fn the_prefix_does_not_make_the_name() {
    assert_eq!(parse("<a:x xmlns:a='urn:one'/>").name, parse("<x xmlns='urn:one'/>").name);
    assert_ne!(parse("<a:x xmlns:a='urn:one'/>").name, parse("<a:x xmlns:a='urn:two'/>").name);
}

#[test]
fn text_is_trimmed_and_comments_do_not_cut_it() {
    assert_eq!(parse("<a>\n one<!-- no -->two <![CDATA[<3>]]>\t</a>").text, "onetwo <3>");
    assert_eq!(parse("<a> one <b>inner</b> two </a>").text, "one two");
    assert_eq!(parse("<a>&lt;&#65;</a>").text, "<A");
    assert_eq!(parse("<a> </a>").text, "");
}

#[test]
fn encodings() {
    let utf16: Vec<u8> = "\u{feff}<a>ü</a>".encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(Element::parse(&utf16).unwrap().text, "ü");
    let latin1 = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xFC</a>";
    assert_eq!(Element::parse(latin1).unwrap().text, "ü");
    assert_eq!(Element::parse(b"\xEF\xBB\xBF<a/>").unwrap().name.written(), "a");
    assert!(matches!(Element::parse(b"<a>\xFC</a>"), Err(XmlError::Encoding(_))));
    assert!(matches!(Element::parse(b"\xFF\xFE<"), Err(XmlError::Encoding(_))));
}

#[test]
fn what_is_not_xml_is_refused_with_a_place() {
    assert!(refused("<a><b></a>").to_string().contains("1:"));
    for text in ["", "text", "<a>", "<a/><b/>", "<a b=1/>", "<p:a/>", "<", "<a b='", "<!--", "<a>&nbsp;</a>"]
    {
        assert!(matches!(refused(text), XmlError::Syntax(_)), "{text}");
    }
}

#[test]
fn entities_do_not_expand() {
    let laughs = "<!DOCTYPE l [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]><l>&b;</l>";
    assert_eq!(refused(laughs), XmlError::Doctype);
    assert_eq!(refused("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>"), XmlError::Doctype);
}

#[test]
fn depth_is_bounded() {
    let nested = |depth: usize| "<a>".repeat(depth) + &"</a>".repeat(depth);
    assert_eq!(parse(&nested(128)).children.len(), 1);
    assert_eq!(refused(&nested(129)), XmlError::TooDeep { limit: 128 });
    assert_eq!(refused(&"<a>".repeat(100_000)), XmlError::TooDeep { limit: 128 });
    // Comments, character data and attribute values that look like elements are none.
    let flat = format!("<a b='{0}'><!--{0}--><![CDATA[{0}]]></a>", "&gt;".repeat(300));
    assert_eq!(parse(&flat.replace("<!--", "<!--<a>").replace("<![CDATA[", "<![CDATA[<a><a>")).children, []);
    assert_eq!(parse(&format!("<a>{}</a>", "<b c='/>'/>".repeat(300))).children.len(), 300);
}

#[test]
fn what_costs_more_than_it_weighs_is_bounded() {
    let many = |what: &str| {
        (0..300).fold(String::new(), |mut text, index| {
            write!(text, " {what}{index}='u'").unwrap();
            text
        })
    };
    assert!(matches!(refused(&format!("<a{}/>", many("b"))), XmlError::TooMany { limit: 256, .. }));
    let half = |prefix: &str| many(prefix).split_inclusive("' ").take(150).collect::<String>();
    let declared = format!("<a {}><b {}'/></a>", half("xmlns:a").trim(), half("xmlns:b").trim());
    assert!(matches!(refused(&declared), XmlError::TooMany { limit: 256, .. }), "{declared}");
    let short = Limits { bytes: 4, ..Limits::default() };
    assert!(Element::parse_with(b"<a/>", None, short).is_ok());
    assert_eq!(
        Element::parse_with(b"<ab/>", None, short),
        Err(XmlError::TooMany { what: "bytes", limit: 4 })
    );
    let limits = Limits { nodes: 3, ..Limits::default() };
    assert!(matches!(
        Element::parse_with(b"<a><b/><b/><b/></a>", None, limits),
        Err(XmlError::TooMany { limit: 3, .. })
    ));
    assert!(matches!(
        Element::parse_with(b"<a>====</a>", None, limits),
        Err(XmlError::TooMany { limit: 3, .. })
    ));
}
