//! Bodies and message contents.

use std::borrow::Cow;

use super::effort::Effort;
use super::json::{Comparison, Plan};
use super::reading::Sent;
use super::trie::{Holding, Place, RuleTrie};
use super::{CompileError, check, form, multipart, xml};
use crate::extension::{Difference, Scope, SuppliedContent};
use crate::json::{Json, JsonBuf, JsonError};
use crate::model::{Body, Content, ContentType, Data, MatchingRules, decode_text, detect, parse_pairs_in};
use crate::multipart::{self as parts, MultipartError};
use crate::report::{Detail, Location, Mismatch, Part};
use crate::rules::{Rule, Subject};
use crate::xml::{Element, XmlError};

/// What is known of a body that a contract expects, worked out once.
#[derive(Debug, Clone)]
pub(super) struct Prepared {
    /// The media type that is stated, or that the body shows.
    content_type: ContentType,
    /// The body, where it is an XML document.
    xml: Option<Element>,
    /// The body, where it is a JSON document that is given as text.
    json: Option<JsonBuf>,
    /// What is asked of a JSON document, where that is worth working out.
    plan: Option<Plan>,
    /// What compares bodies with it in the place of this crate.
    supplied: Option<SuppliedContent>,
}

impl Prepared {
    /// `stated` is the media type that headers or metadata give.
    pub(super) fn new(body: &Body, stated: Option<ContentType>) -> Self {
        let content_type = stated.or_else(|| body.own_content_type()).unwrap_or_else(ContentType::json);
        let content = body.content().filter(|_| content_type.is_xml());
        let charset = content_type.parameter("charset");
        let xml = content.and_then(|content| Element::parse_in(&content.bytes(), charset).ok());
        let json =
            body.content().filter(|content| content_type.is_json() && !matches!(content.data, Data::Json(_)));
        let json = json.and_then(|content| content.as_json().map(|json| json.into_owned().into_owned()));
        Self { content_type, xml, json, plan: None, supplied: None }
    }

    /// For a body that is held to these rules again and again.
    pub(super) fn planned(mut self, body: &Body, rules: &RuleTrie) -> Self {
        let plan = |content| Some(Plan::new(self.json(content)?, &rules.root()));
        self.plan = body.content().and_then(plan);
        self
    }

    /// The content of the body, where it is a JSON document.
    fn json<'c>(&'c self, content: &'c Content) -> Option<&'c Json<'c>> {
        if let Data::Json(json) = &content.data { Some(json) } else { self.json.as_ref() }
    }

    /// The same, compared by an extension where one knows the media type.
    pub(super) fn supply(
        mut self,
        body: &Body,
        rules: &MatchingRules,
        strict: bool,
        scope: &Scope<'_>,
    ) -> Result<Self, CompileError> {
        self.supplied = scope.content_matcher(body, &self.content_type, rules, strict)?;
        Ok(self)
    }
}

/// What a body must be like.
pub(super) struct Expectation<'e> {
    pub(super) body: &'e Body,
    pub(super) prepared: &'e Prepared,
    pub(super) rules: Place<'e>,
    /// Whether a rule already says which media types will do.
    pub(super) type_is_free: bool,
    /// Whether what is not expected must not be there.
    pub(super) strict: bool,
    /// Where it is in the whole body.
    pub(super) at: Location<'e>,
    /// How many bodies made of parts may still be inside.
    pub(super) nesting: usize,
}

/// How many bodies made of parts may be inside one another; deeper ones are compared as a whole.
pub(crate) const NESTING: usize = 4;

impl Expectation<'_> {
    pub(super) fn compare(&self, sent: Sent<'_, '_>, stated: Option<ContentType>, found: &mut Vec<Mismatch>) {
        let actual = sent.bytes;
        match self.body {
            Body::Missing => {}
            Body::Empty if actual.is_empty() => {}
            Body::Null if actual.is_empty() || actual.trim_ascii() == b"null" => {}
            Body::Empty | Body::Null => {
                let actual = Subject::Bytes(actual).to_json();
                found.push(self.mismatch(Detail::Unexpected { actual }));
            }
            Body::Present(content)
                if actual.is_empty()
                    && !content.bytes().is_empty()
                    && !self.is_ruled_whole()
                    && self.prepared.supplied.is_none() =>
            {
                let expected = content.as_json().map_or_else(
                    || Subject::Bytes(&content.bytes()).to_json(),
                    |json| json.into_owned().into_owned(),
                );
                found.push(self.mismatch(Detail::Missing { expected }));
            }
            Body::Present(content) => self.content(content, sent, stated, found),
        }
    }

    fn content(
        &self,
        content: &Content,
        sent: Sent<'_, '_>,
        stated: Option<ContentType>,
        found: &mut Vec<Mismatch>,
    ) {
        let actual = sent.bytes;
        let wanted = &self.prepared.content_type;
        let supplied = self.prepared.supplied.as_ref();
        let types_agree =
            |got: &ContentType| self.type_is_free || self.has_type_rule() || wanted.accepts(got);
        // JSON where JSON is wanted needs no saying, and whether it is that shows when it is read.
        let may_fit = || stated.as_ref().map_or_else(|| wanted.is_json(), types_agree);
        if supplied.is_none() && !sent.is_parsed() && may_fit() && self.fits(content, actual) {
            return;
        }
        let is_stated = stated.is_some();
        let got = stated.unwrap_or_else(|| match supplied {
            // Nobody else knows what it looks like.
            Some(_) => wanted.clone(),
            None => detect_as(wanted, sent),
        });
        if !types_agree(&got) {
            found.push(self.mismatch(Detail::ContentType { expected: wanted.clone(), actual: got }));
            return;
        }
        let charset = got.parameter("charset").or(self.charset());
        if let Some(supplied) = supplied {
            self.by_extension(supplied, actual, is_stated.then_some(&got), found);
        } else if self.is_json() {
            self.json(content, sent, charset, found);
        } else if wanted.is_xml() {
            self.xml(content, sent, charset, found);
        } else if wanted.is_form() {
            self.form(content, actual, charset, found);
        } else if wanted.is_multipart() && self.nesting > 0 {
            let boundaries = [wanted.parameter("boundary"), got.parameter("boundary")];
            self.multipart(content, actual, boundaries, found);
        } else if is_text(wanted) && is_text(&got) {
            // The same text may come in other bytes.
            let (expected, got) = (content.bytes(), as_utf8(actual, charset));
            self.whole_as(&as_utf8(&expected, self.charset()), &got, found);
        } else {
            self.whole(content, actual, found);
        }
    }

    fn is_json(&self) -> bool {
        let holds_json = |content: &Content| matches!(content.data, Data::Json(_));
        self.prepared.content_type.is_json() || self.body.content().is_some_and(holds_json)
    }

    /// Whether the content has no inner structure, and rules say what it must be: also when it is empty.
    fn is_ruled_whole(&self) -> bool {
        let wanted = &self.prepared.content_type;
        let structured = self.is_json() || wanted.is_xml() || wanted.is_form() || wanted.is_multipart();
        !structured && self.rules.holding().any(|holding| holding.direct && !holding.list.rules.is_empty())
    }

    /// Whether the bytes are judged by what they look like.
    fn has_type_rule(&self) -> bool {
        let mut rules = self.rules.holding().flat_map(|holding| &holding.list.rules);
        rules.any(|rule| matches!(rule, Rule::ContentType(_)))
    }

    fn mismatch(&self, detail: Detail) -> Mismatch {
        Mismatch::new(Part::Body, self.at.to_string(), detail)
    }

    fn by_extension(
        &self,
        supplied: &SuppliedContent,
        actual: &[u8],
        stated: Option<&ContentType>,
        found: &mut Vec<Mismatch>,
    ) {
        let extension = || supplied.extension.clone();
        match supplied.compare(actual, stated) {
            Ok(differences) => found.extend(differences.into_iter().map(|difference| {
                let Difference { location, expected, actual, explanation } = difference;
                let detail = Detail::ByExtension { extension: extension(), expected, actual, explanation };
                Mismatch::new(Part::Body, location, detail)
            })),
            Err(error) => {
                found.push(self.mismatch(Detail::ExtensionFailed { extension: extension(), error }));
            }
        }
    }

    /// Whether it is a JSON document that certainly has no mismatches.
    fn fits(&self, content: &Content, actual: &[u8]) -> bool {
        let effort = Effort::default();
        let comparison = Comparison::new(self.strict, &effort);
        let planned = self.prepared.plan.as_ref().zip(self.prepared.json(content));
        planned.is_some_and(|(plan, expected)| comparison.fits(expected, actual, plan, self.rules.trie()))
    }

    fn json(&self, content: &Content, sent: Sent<'_, '_>, charset: Option<&str>, found: &mut Vec<Mismatch>) {
        let Some(expected) = self.prepared.json(content) else {
            // The contract states JSON for something that is not; all that is left is to compare it as it is.
            self.whole(content, sent.bytes, found);
            return;
        };
        // JSON is UTF-8 (RFC 8259), but some say otherwise, and do as they say.
        let decoded = charset.map(|_| as_utf8(sent.bytes, charset));
        let mut compare = |actual: Result<&Json<'_>, &JsonError>| match actual {
            Ok(actual) => {
                let effort = Effort::default();
                let comparison = Comparison::new(self.strict, &effort);
                comparison.value(Some(expected), actual, &self.rules, &self.at, found);
            }
            Err(error) => found.push(self.mismatch(Detail::NotJson(error.clone()))),
        };
        match decoded {
            Some(decoded) => compare(Json::parse(&decoded).as_ref()),
            None => sent.as_json(compare),
        }
    }

    fn xml(&self, content: &Content, sent: Sent<'_, '_>, charset: Option<&str>, found: &mut Vec<Mismatch>) {
        let Some(expected) = &self.prepared.xml else {
            // The contract states XML for something that is not; all that is left is to compare it as it is.
            self.whole(content, sent.bytes, found);
            return;
        };
        let mut compare = |actual: Result<&Element, &XmlError>| match actual {
            Ok(actual) => {
                let comparison = xml::Comparison { strict: self.strict };
                comparison.document(expected, actual, &self.rules, &self.at, found);
            }
            Err(error) => found.push(self.mismatch(Detail::NotXml(error.clone()))),
        };
        match charset {
            Some(_) => compare(Element::parse_in(sent.bytes, charset).as_ref()),
            None => sent.as_xml(compare),
        }
    }

    fn form(&self, content: &Content, actual: &[u8], charset: Option<&str>, found: &mut Vec<Mismatch>) {
        let pairs = |bytes: &[u8], charset| parse_pairs_in(&String::from_utf8_lossy(bytes), charset);
        let expected = pairs(&content.bytes(), self.charset());
        form::compare(self, &expected, &pairs(actual, charset.or(self.charset())), found);
    }

    /// The encoding that the contract states for text.
    fn charset(&self) -> Option<&str> {
        self.prepared.content_type.parameter("charset")
    }

    fn multipart(
        &self,
        content: &Content,
        actual: &[u8],
        [wanted, got]: [Option<&str>; 2],
        found: &mut Vec<Mismatch>,
    ) {
        let bytes = content.bytes();
        // A contract whose own example is not closed does not ask for more.
        let (parse, expected): (parts::Parse, _) = match parts::parse(&bytes, wanted) {
            Err(MultipartError::NotClosed) => (parts::parse_open, parts::parse_open(&bytes, wanted)),
            expected => (parts::parse, expected),
        };
        let Ok(expected) = expected else {
            // The contract states parts for something that has none; all that is left is to compare it as it is.
            self.whole(content, actual, found);
            return;
        };
        match parse(actual, got) {
            Ok(actual) => multipart::compare(self, &expected, &actual, found),
            Err(error) => found.push(self.mismatch(Detail::NotMultipart(error))),
        }
    }

    /// Compares content that has no inner structure: by the rules for the whole, or byte by byte.
    fn whole(&self, content: &Content, actual: &[u8], found: &mut Vec<Mismatch>) {
        self.whole_as(&content.bytes(), actual, found);
    }

    fn whole_as(&self, expected: &[u8], actual: &[u8], found: &mut Vec<Mismatch>) {
        let wanted = subject(expected);
        let got = match (wanted, actual) {
            // Nothing at all is as much bytes as it is text.
            (Subject::Bytes(_), []) => Subject::Bytes(actual),
            _ => subject(actual),
        };
        let mut ruled = false;
        for Holding { list, direct, path, .. } in self.rules.holding() {
            if direct || list.rules.iter().any(Rule::cascades) {
                ruled = true;
                let (at, before) = (self.at.to_string(), found.len());
                check(list, Some(wanted), got, Part::Body, &at, found);
                let refused: Vec<_> =
                    found.drain(before..).map(|mismatch| mismatch.given_for(path)).collect();
                found.extend(refused);
            }
        }
        if !ruled && expected != actual {
            found.push(self.mismatch(match (wanted, got) {
                (Subject::Text(_), Subject::Text(_)) => {
                    Detail::NotEqual { expected: wanted.to_json(), actual: got.to_json() }
                }
                _ => Detail::other_bytes(expected, actual),
            }));
        }
    }
}

fn is_text(content_type: &ContentType) -> bool {
    content_type.essence().starts_with("text/")
}

/// Text in UTF-8, from an encoding that is stated; bytes that are no text in it stay as they are.
fn as_utf8<'b>(bytes: &'b [u8], charset: Option<&str>) -> Cow<'b, [u8]> {
    match decode_text(bytes, charset).map(|decoded| decoded.text) {
        Some(Cow::Borrowed(text)) => Cow::Borrowed(text.as_bytes()),
        Some(Cow::Owned(text)) => Cow::Owned(text.into_bytes()),
        None => Cow::Borrowed(bytes),
    }
}

fn subject(bytes: &[u8]) -> Subject<'_> {
    std::str::from_utf8(bytes).map_or(Subject::Bytes(bytes), Subject::Text)
}

/// What bytes are when nobody says: what is wanted where they can be read as that, otherwise what they look like.
fn detect_as(wanted: &ContentType, sent: Sent<'_, '_>) -> ContentType {
    let plausible = if wanted.is_json() {
        sent.as_json(|document| document.is_ok())
    } else {
        !wanted.is_xml() || Element::parse_in(sent.bytes, wanted.parameter("charset")).is_ok()
    };
    if plausible { wanted.clone() } else { detect(sent.bytes) }
}
