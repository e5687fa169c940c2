//! What tables and fixtures stand for.

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use pactwright_core::format;
use pactwright_core::json::{Json, JsonBuf, ObjectBuf};
use pactwright_core::model::{
    Body, Content, ContentType, Data, Generators, Headers, MatchingRules, Message, Query, Request, Response,
    SpecVersion,
};

use super::steps::{Failure, Row};

/// The columns that requests and responses have in common.
const COMMON: [&str; 7] =
    ["headers", "raw headers", "content type", "body", "matching rules", "generators", "desc"];

/// The folder of fixtures.
#[derive(Debug)]
pub(super) struct Fixtures {
    dir: PathBuf,
}

impl Fixtures {
    pub(super) fn new(dir: PathBuf) -> Self {
        Self { dir }
    }

    fn read(&self, name: &str) -> Result<(PathBuf, Vec<u8>), Failure> {
        let path = self.dir.join(name);
        match std::fs::read(&path) {
            Ok(bytes) => Ok((path, bytes)),
            Err(source) => Err(Failure::Io { path, source }),
        }
    }

    /// A request as a line of a table describes it.
    pub(super) fn request(&self, row: &Row<'_>) -> Result<Request, Failure> {
        let parts = self.rules_and_generators(row)?;
        let mut request = Request { rules: parts.rules, generators: parts.generators, ..Request::default() };
        (request.headers, request.body) = self.headers_and_body(row)?;
        for (name, cell) in row.cells() {
            match name {
                "method" => cell.clone_into(&mut request.method),
                "path" => cell.clone_into(&mut request.path),
                // Rules for single parameters need them apart.
                "query" => {
                    let pairs = Query::Text(cell.to_owned()).pairs().into_owned();
                    request.query = Some(Query::Pairs(pairs));
                }
                _ if COMMON.contains(&name) => {}
                other => return Err(Failure::Unusable(format!("the column {other}"))),
            }
        }
        Ok(request)
    }

    /// A response as a line of a table describes it.
    pub(super) fn response(&self, row: &Row<'_>) -> Result<Response, Failure> {
        let parts = self.rules_and_generators(row)?;
        let mut response =
            Response { rules: parts.rules, generators: parts.generators, ..Response::default() };
        (response.headers, response.body) = self.headers_and_body(row)?;
        for (name, cell) in row.cells() {
            match name {
                "status" => response.status = cell.parse().map_err(|_| Failure::Unusable(cell.to_owned()))?,
                _ if COMMON.contains(&name) => {}
                other => return Err(Failure::Unusable(format!("the column {other}"))),
            }
        }
        Ok(response)
    }

    /// A message as a line of a table describes it.
    pub(super) fn message(&self, row: &Row<'_>) -> Result<Message, Failure> {
        let parts = self.rules_and_generators(row)?;
        let mut message = Message { rules: parts.rules, generators: parts.generators, ..Message::default() };
        let stated = row.get("content type").map(content_type).transpose()?;
        message.contents = row.get("body").map_or(Ok(Body::Missing), |cell| self.body(cell, stated))?;
        for (name, cell) in row.cells() {
            match name {
                "metadata" => match Json::parse(cell.as_bytes())?.into_owned() {
                    Json::Object(metadata) => message.metadata = metadata,
                    _ => return Err(Failure::Unusable(cell.to_owned())),
                },
                "content type" | "body" | "matching rules" | "generators" | "desc" => {}
                other => return Err(Failure::Unusable(format!("the column {other}"))),
            }
        }
        Ok(message)
    }

    /// Rules and generators read as a pact file has them.
    fn rules_and_generators(&self, row: &Row<'_>) -> Result<RulesAndGenerators, Failure> {
        let mut carrier = ObjectBuf::new();
        for (column, attribute) in [("matching rules", "matchingRules"), ("generators", "generators")] {
            if let Some(cell) = row.get(column) {
                carrier.insert(attribute, self.json(cell)?);
            }
        }
        let Request { rules, generators, .. } = format::read_request(Json::Object(carrier), SpecVersion::V4)?;
        Ok(RulesAndGenerators { rules, generators })
    }

    /// JSON that is written down as `JSON: …`, or the name of a fixture.
    fn json(&self, cell: &str) -> Result<JsonBuf, Failure> {
        match cell.strip_prefix("JSON:") {
            Some(text) => Ok(Json::parse(text.as_bytes())?.into_owned()),
            None => Ok(Json::parse(&self.read(cell)?.1)?.into_owned()),
        }
    }

    fn headers_and_body(&self, row: &Row<'_>) -> Result<(Headers, Body), Failure> {
        let lines = row.get("headers").or_else(|| row.get("raw headers"));
        let mut headers = lines.map_or_else(|| Ok(Headers::default()), header_lines)?;
        let stated = match row.get("content type") {
            Some(cell) => {
                headers.append("Content-Type", cell);
                Some(content_type(cell)?)
            }
            None => headers.content_type(),
        };
        let body = row.get("body").map_or(Ok(Body::Missing), |cell| self.body(cell, stated))?;
        Ok((headers, body))
    }

    /// A body that is written down (`JSON: …`, `XML: …`, text), a fixture (`file: …`) or `EMPTY`.
    fn body(&self, cell: &str, stated: Option<ContentType>) -> Result<Body, Failure> {
        if cell == "EMPTY" {
            return Ok(Body::Empty);
        }
        let (bytes, shown) = match cell.split_once(':') {
            Some(("file", name)) => self.body_fixture(name.trim())?,
            Some(("JSON", text)) => (text.trim().as_bytes().to_owned(), Some(ContentType::json())),
            Some(("XML", text)) => (text.trim().as_bytes().to_owned(), ContentType::parse("application/xml")),
            _ => (cell.as_bytes().to_owned(), ContentType::parse("text/plain")),
        };
        Ok(Body::Present(content(bytes, stated.or(shown))))
    }

    /// The document that steps name as `basic`, `basic.json` or `file: basic.json`.
    pub(super) fn document(&self, name: &str) -> Result<Body, Failure> {
        let name = name.strip_prefix("file:").unwrap_or(name).trim();
        let file = if name.contains('.') { name.to_owned() } else { format!("{name}.json") };
        self.body(&format!("file: {file}"), None)
    }

    /// What a message carries, as a cell of a table would describe it.
    pub(super) fn contents(&self, cell: &str) -> Result<Body, Failure> {
        self.body(cell, None)
    }

    fn body_fixture(&self, name: &str) -> Result<(Vec<u8>, Option<ContentType>), Failure> {
        let (path, bytes) = self.read(name)?;
        if name.ends_with("-body.xml") {
            described(&bytes).map_err(|reason| Failure::Body { path, reason })
        } else {
            let shown = media_type(&path);
            Ok((bytes, shown))
        }
    }
}

/// Whether a cell is the text of a body, not the description of one.
pub(super) fn is_plain_text(cell: &str) -> bool {
    cell != "EMPTY" && !["file:", "JSON:", "XML:"].iter().any(|prefix| cell.starts_with(prefix))
}

/// A value as steps write it: `JSON: …`, or text.
pub(super) fn value(text: &str) -> Result<JsonBuf, Failure> {
    match text.strip_prefix("JSON:") {
        Some(json) => Ok(Json::parse(json.as_bytes())?.into_owned()),
        None => Ok(JsonBuf::from(text.to_owned())),
    }
}

struct RulesAndGenerators {
    rules: MatchingRules,
    generators: Generators,
}

/// Content in the form that its media type has in a contract.
fn content(bytes: Vec<u8>, content_type: Option<ContentType>) -> Content {
    let is_json = content_type.as_ref().is_some_and(ContentType::is_json);
    let json = Json::parse(&bytes).ok().filter(|_| is_json).map(Json::into_owned);
    let data = match json {
        Some(json) => Data::Json(json),
        None => String::from_utf8(bytes).map_or_else(|error| Data::Binary(error.into_bytes()), Data::Text),
    };
    Content { data, content_type, hint: None }
}

fn content_type(cell: &str) -> Result<ContentType, Failure> {
    ContentType::parse(cell).ok_or_else(|| Failure::Unusable(cell.to_owned()))
}

/// Headers written as `'X-TEST: a', 'X-OTHER: b'`.
fn header_lines(cell: &str) -> Result<Headers, Failure> {
    let unusable = || Failure::Unusable(cell.to_owned());
    let quoted =
        cell.trim().strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).ok_or_else(unusable)?;
    let line = |line: &str| -> Result<(String, String), Failure> {
        let (name, value) = line.split_once(':').ok_or_else(unusable)?;
        Ok((name.trim().to_owned(), value.trim().to_owned()))
    };
    // Between the quotes of one header and those of the next there is a comma.
    let between = quoted.split('\'').enumerate().filter(|(at, _)| at % 2 == 0);
    between.map(|(_, text)| line(text)).collect()
}

/// The media type of a fixture, by its name.
fn media_type(path: &Path) -> Option<ContentType> {
    let essence = match path.extension()?.to_str()? {
        "json" => "application/json",
        "xml" => "application/xml",
        "txt" => "text/plain",
        "jpg" | "jpeg" => "image/jpeg",
        "pdf" => "application/pdf",
        _ => "application/octet-stream",
    };
    ContentType::parse(essence)
}

/// A body with its media type, as `<body><contentType/><contents/></body>` describes them.
fn described(bytes: &[u8]) -> Result<(Vec<u8>, Option<ContentType>), String> {
    let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
    let document = roxmltree::Document::parse(text).map_err(|error| error.to_string())?;
    let child = |name: &str| document.root_element().children().find(|child| child.has_tag_name(name));
    let text_of = |element: roxmltree::Node<'_, '_>| -> String {
        element.children().filter_map(|child| child.text()).collect::<String>().trim().to_owned()
    };
    let contents = child("contents").ok_or("it has no <contents/>")?;
    let content_type = child("contentType").map(text_of);
    let content_type = content_type.and_then(|content_type| ContentType::parse(&content_type));
    let text = text_of(contents);
    let bytes = match (contents.attribute("eol"), contents.attribute("encoding")) {
        (Some("CRLF"), None) => text.lines().collect::<Vec<_>>().join("\r\n").into_bytes(),
        (None, Some("base64")) => STANDARD.decode(text).map_err(|error| error.to_string())?,
        (None, None) => text.into_bytes(),
        (eol, encoding) => return Err(format!("eol {eol:?} with encoding {encoding:?} is not known")),
    };
    Ok((bytes, content_type))
}
