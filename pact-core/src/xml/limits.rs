//! How much a document may ask for.

use super::XmlError;

/// How much a document may ask for, before a parser that would give it sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many bytes a document may have.
    pub bytes: usize,
    /// How deep elements may be nested: whoever walks the tree may recurse.
    pub depth: usize,
    /// How many elements, attributes and pieces of text there may be, each.
    pub nodes: usize,
    /// How many attributes an element may have: they are compared with each other.
    pub attributes: usize,
    /// How many namespace declarations may be in force in one place: elements that declare one carry them all.
    pub namespaces: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 64 * 1024 * 1024, depth: 128, nodes: 2_000_000, attributes: 256, namespaces: 256 }
    }
}

/// What a start tag holds, as far as limits care.
struct StartTag<'t> {
    attributes: usize,
    declarations: usize,
    empty: bool,
    rest: &'t str,
}

impl Limits {
    /// Scans a document without building anything. It need not be well-formed: what the scan does not understand,
    /// the parser refuses.
    pub(super) fn check(self, text: &str) -> Result<(), XmlError> {
        // The parser reserves room by these bytes, wherever they are.
        let count = |wanted: u8| text.bytes().filter(|byte| *byte == wanted).count();
        if count(b'<') > self.nodes.saturating_mul(2) || count(b'=') > self.nodes {
            return Err(self.too_many_nodes());
        }
        let mut declared: Vec<usize> = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find('<') {
            rest = &rest[at..];
            rest = if let Some(comment) = rest.strip_prefix("<!--") {
                after(comment, "-->")
            } else if let Some(data) = rest.strip_prefix("<![CDATA[") {
                after(data, "]]>")
            } else if let Some(instruction) = rest.strip_prefix("<?") {
                after(instruction, "?>")
            } else if rest.starts_with("<!") {
                return Err(XmlError::Doctype);
            } else if let Some(end) = rest.strip_prefix("</") {
                declared.pop();
                after(end, ">")
            } else {
                self.start_tag(&rest[1..], &mut declared)?
            };
        }
        Ok(())
    }

    fn start_tag<'t>(self, tag: &'t str, declared: &mut Vec<usize>) -> Result<&'t str, XmlError> {
        let tag = StartTag::scan(tag);
        let namespaces = declared.last().copied().unwrap_or(0) + tag.declarations;
        if tag.attributes > self.attributes {
            return Err(XmlError::TooMany { what: "attributes of one element", limit: self.attributes });
        }
        if namespaces > self.namespaces {
            return Err(XmlError::TooMany {
                what: "namespace declarations in force",
                limit: self.namespaces,
            });
        }
        if !tag.empty {
            declared.push(namespaces);
        }
        if declared.len() > self.depth {
            return Err(XmlError::TooDeep { limit: self.depth });
        }
        Ok(tag.rest)
    }

    pub(super) fn too_many_nodes(self) -> XmlError {
        XmlError::TooMany { what: "elements, attributes or pieces of text", limit: self.nodes }
    }
}

impl<'t> StartTag<'t> {
    /// Scans what follows `<` up to the end of the tag.
    fn scan(text: &'t str) -> Self {
        let mut tag = Self { attributes: 0, declarations: 0, empty: false, rest: "" };
        let (mut quote, mut last) = (None, 0);
        for (at, byte) in text.bytes().enumerate() {
            match (quote, byte) {
                (Some(open), close) if open == close => quote = None,
                (None, b'"' | b'\'') => quote = Some(byte),
                (None, b'=') => tag.attributes += 1,
                (None, b'x') if text[at..].starts_with("xmlns") => tag.declarations += 1,
                (None, b'>') => {
                    return Self { empty: last == b'/', rest: &text[at + 1..], ..tag };
                }
                _ => {}
            }
            last = byte;
        }
        tag
    }
}

/// What comes after a delimiter; nothing where it is missing, for the parser to complain about.
fn after<'t>(text: &'t str, delimiter: &str) -> &'t str {
    text.find(delimiter).map_or("", |at| &text[at + delimiter.len()..])
}
