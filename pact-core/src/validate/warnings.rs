//! What can be read, but looks like a mistake.

use std::collections::{BTreeSet, HashMap};

use super::{Kind, Problem, leads};
use crate::format::{Placed, RuleOrGenerator};
use crate::generators::Generator;
use crate::json::{Json, Object, Pointer};
use crate::matching::{
    ActualMessage, ActualRequest, ActualResponse, CompiledMessage, CompiledRequest, CompiledResponse, name_of,
};
use crate::merge::Identity;
use crate::model::{
    Body, Category, ContentType, Interaction, InteractionKind, Message, Pact, Request, Response, SpecVersion,
};
use crate::path::{DocPath, Step};
use crate::report::{Detail, Mismatch, Part};
use crate::rules::Rule;

/// The warnings for all interactions in which nothing is broken.
pub(super) fn warnings(
    document: &Json<'_>,
    pact: &Pact,
    placed: &[Placed],
    broken: &BTreeSet<String>,
) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut known: HashMap<Identity, String> = HashMap::new();
    let mut keys: HashMap<&str, String> = HashMap::new();
    for (interaction, at) in pact.interactions.iter().zip(pointers(document)) {
        if broken.iter().any(|pointer| is_within(pointer, &at)) {
            continue;
        }
        if interaction.description.trim().is_empty() {
            found.push(Problem::at(&at, Kind::NoDescription));
        }
        let first = known.entry(Identity::of(interaction)).or_insert_with(|| at.clone());
        if *first != at {
            found.push(Problem::at(&at, Kind::Duplicate { first: first.clone() }));
        }
        if let Some(key) = interaction.key.as_deref() {
            let first = keys.entry(key).or_insert_with(|| at.clone());
            if *first != at {
                found.push(Problem::at(format!("{at}/key"), Kind::DuplicateKey { first: first.clone() }));
            }
        }
        let own: Vec<&Placed> = placed.iter().filter(|placed| is_within(&placed.pointer, &at)).collect();
        parts(interaction, &at, document, &own, &mut found);
        if pact.version >= SpecVersion::V4 {
            content_types(document, &at, &mut found);
        }
    }
    found
}

fn is_within(inner: &str, outer: &str) -> bool {
    inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Where the interactions of a pact stand, in the order in which they are read.
fn pointers(document: &Json<'_>) -> impl Iterator<Item = String> {
    ["interactions", "messages"].into_iter().flat_map(move |name| {
        let count = document.get(name).and_then(Json::as_array).map_or(0, <[_]>::len);
        (0..count).map(move |index| format!("/{name}/{index}"))
    })
}

fn parts(
    interaction: &Interaction,
    at: &str,
    document: &Json<'_>,
    placed: &[&Placed],
    found: &mut Vec<Problem>,
) {
    let mut check = |at: String, example: Example<'_>| {
        // The first Ruby tools wrote the rules beside the request and the response.
        let beside = format!("{at}MatchingRules");
        let within = |placed: &&&Placed| {
            is_within(&placed.pointer, &at) || (example.is_http() && is_within(&placed.pointer, &beside))
        };
        for rules in [format!("{at}/matchingRules"), format!("{at}/generators"), beside.clone()] {
            unknown_categories(document, &rules, found);
        }
        for placed in placed.iter().filter(within) {
            check_placed(placed, &example, found);
        }
        let mismatches = example.mismatches().into_iter().filter(|mismatch| !is_unknown_rule(mismatch));
        found.extend(mismatches.map(|mismatch| {
            let pointer = example.pointer(&at, document, &mismatch);
            Problem::at(pointer, Kind::ExampleRefused(Box::new(mismatch)))
        }));
    };
    match &interaction.kind {
        InteractionKind::Http { request, response } => {
            check(format!("{at}/request"), Example::Request(request));
            check(format!("{at}/response"), Example::Response(response));
        }
        InteractionKind::AsyncMessage(message) => check(at.to_owned(), Example::Message(message)),
        InteractionKind::SyncMessage { request, responses } => {
            check(format!("{at}/request"), Example::Message(request));
            let is_list =
                resolve(document, &format!("{at}/response")).is_some_and(|one| one.as_array().is_some());
            for (index, response) in responses.iter().enumerate() {
                let at = if is_list { format!("{at}/response/{index}") } else { format!("{at}/response") };
                check(at, Example::Message(response));
            }
        }
        InteractionKind::Unknown { type_name, .. } => {
            found.push(Problem::at(format!("{at}/type"), Kind::UnknownType(type_name.clone())));
        }
    }
}

/// Content types of bodies and contents that cannot be read.
fn content_types(document: &Json<'_>, at: &str, found: &mut Vec<Problem>) {
    let several = resolve(document, &format!("{at}/response")).and_then(Json::as_array).map_or(0, <[_]>::len);
    let parts = [String::new(), "/request".to_owned(), "/response".to_owned()];
    for part in parts.into_iter().chain((0..several).map(|index| format!("/response/{index}"))) {
        for name in ["body", "contents"] {
            let pointer = format!("{at}{part}/{name}/contentType");
            if let Some(Json::String(text)) = resolve(document, &pointer)
                && ContentType::parse(text).is_none()
            {
                found.push(Problem::at(pointer, Kind::UnreadableContentType(text.to_string())));
            }
        }
    }
}

/// Parts that rules or generators are for, but that nobody knows: what is said about them counts for nothing.
fn unknown_categories(document: &Json<'_>, at: &str, found: &mut Vec<Problem>) {
    let categories = resolve(document, at).and_then(Json::as_object);
    let names = categories.into_iter().flat_map(Object::names);
    // V2 has paths here.
    for name in names.filter(|name| !name.starts_with('$') && Category::parse(name).is_none()) {
        let pointer = format!("{at}{}", Pointer::root().name(name));
        found.push(Problem::at(pointer, Kind::UnknownCategory(name.to_owned())));
    }
}

fn is_unknown_rule(mismatch: &Mismatch) -> bool {
    matches!(&mismatch.detail, Detail::Refused { rule, .. } if matches!(**rule, Rule::Unknown(_)))
}

/// What is wrong with a rule or generator itself, or with its place.
fn check_placed(placed: &Placed, example: &Example<'_>, found: &mut Vec<Problem>) {
    let mut add = |kind| found.push(Problem::at(&placed.pointer, kind));
    let (category, place) = (placed.category, placed.place.clone());
    let leads = example.has(category, &place);
    match &placed.what {
        RuleOrGenerator::Rule(rule) => {
            for_each_rule(rule, &mut |rule| match rule {
                Rule::Unknown(unknown) => add(Kind::UnknownRule(unknown.name.clone())),
                Rule::Regex(regex) => {
                    if let Some(feature) = unportable(regex.pattern()) {
                        add(Kind::RegexNotPortable { feature });
                    }
                }
                _ => {}
            });
            if !leads {
                add(Kind::RuleLeadsNowhere { category, place });
            }
        }
        RuleOrGenerator::Generator(generator) => {
            if let Generator::Unknown(unknown) = generator {
                add(Kind::UnknownGenerator(unknown.name.clone()));
            }
            if !leads {
                add(Kind::GeneratorLeadsNowhere { category, place });
            }
        }
    }
}

/// A rule and those inside it.
fn for_each_rule(rule: &Rule, visit: &mut dyn FnMut(&Rule)) {
    visit(rule);
    let inside: Vec<&Rule> = match rule {
        Rule::EachKey(each) => each.rules.iter().collect(),
        Rule::EachValue(each) => each.rules.iter().collect(),
        Rule::ArrayContains(contains) => {
            let lists = contains.variants.iter().flat_map(|variant| &variant.rules);
            lists.flat_map(|(_, list)| &list.rules).collect()
        }
        _ => Vec::new(),
    };
    for rule in inside {
        for_each_rule(rule, visit);
    }
}

/// What in an expression is beyond what the expressions of Java, JavaScript and Ruby have in common.
fn unportable(pattern: &str) -> Option<&'static str> {
    let mut rest = pattern;
    while let Some(at) = rest.find('\\') {
        match rest[at + 1..].chars().next() {
            Some('Q') => return Some(r"quoting with `\Q`"),
            Some('K') => return Some(r"`\K`"),
            Some(character) => rest = &rest[at + 1 + character.len_utf8()..],
            None => break,
        }
    }
    [("(?P<", "a group that is named with `(?P<`"), ("(?P=", "a reference `(?P=`"), ("(?x", "the flag `x`")]
        .into_iter()
        .find_map(|(token, feature)| pattern.contains(token).then_some(feature))
}

/// A part of an interaction that has rules of its own.
#[derive(Clone, Copy)]
enum Example<'p> {
    Request(&'p Request),
    Response(&'p Response),
    Message(&'p Message),
}

impl Example<'_> {
    /// In which the example differs from what is asked for; nothing when the rules cannot be used at all, which
    /// reading has said already.
    fn mismatches(self) -> Vec<Mismatch> {
        match self {
            Self::Request(request) => CompiledRequest::new(request.clone())
                .map(|compiled| compiled.mismatches(&ActualRequest::from(request)))
                .unwrap_or_default(),
            Self::Response(response) => CompiledResponse::new(response.clone())
                .map(|compiled| compiled.mismatches(&ActualResponse::from(response)))
                .unwrap_or_default(),
            Self::Message(message) => CompiledMessage::new(message.clone())
                .map(|compiled| compiled.mismatches(&ActualMessage::from(message)))
                .unwrap_or_default(),
        }
    }

    fn is_http(&self) -> bool {
        !matches!(self, Self::Message(_))
    }

    fn body(&self) -> &Body {
        match self {
            Self::Request(request) => &request.body,
            Self::Response(response) => &response.body,
            Self::Message(message) => &message.contents,
        }
    }

    fn content_type(&self) -> Option<ContentType> {
        match self {
            Self::Request(request) => request.headers.content_type(),
            Self::Response(response) => response.headers.content_type(),
            Self::Message(message) => message.content_type(),
        }
        .or_else(|| self.body().own_content_type())
    }

    /// Whether there is something that a rule for this place would be about.
    fn has(&self, category: Category, place: &str) -> bool {
        let name = name_of(place);
        match (self, category) {
            (_, Category::Body) => place.parse::<DocPath>().map_or(true, |path| self.has_in_body(&path)),
            (Self::Request(_), Category::Method | Category::Path)
            | (Self::Response(_), Category::Status)
            // There, rules for all values have no name.
            | (_, Category::Header | Category::Query | Category::Metadata)
                if name.is_empty() || name == "$" || category.is_single() =>
            {
                true
            }
            (Self::Request(Request { headers, .. }) | Self::Response(Response { headers, .. }), Category::Header) => {
                headers.iter().any(|(other, _)| other.eq_ignore_ascii_case(&name))
            }
            (Self::Request(request), Category::Query) => {
                request.query.as_ref().is_some_and(|query| query.pairs().iter().any(|(other, _)| *other == name))
            }
            (Self::Message(message), Category::Metadata) => {
                message.metadata.names().any(|other| other.eq_ignore_ascii_case(&name))
            }
            _ => false,
        }
    }

    fn has_in_body(&self, path: &DocPath) -> bool {
        let Some(content) = self.body().content() else { return false };
        self.content_type().is_none_or(|kind| leads::in_content(&content.bytes(), &kind, path.steps()))
    }

    /// Where the value that a mismatch is about stands in the file, or what is nearest above it.
    fn pointer(&self, at: &str, document: &Json<'_>, mismatch: &Mismatch) -> String {
        let is_message = matches!(self, Self::Message(_));
        let name = mismatch.location.as_str();
        let steps: Vec<Step> = match mismatch.part {
            Part::Body => {
                let body = format!("{at}/{}", if is_message { "contents" } else { "body" });
                let content = resolve(document, &body).and_then(|body| body.get("content"));
                let steps = [Step::Field(if is_message { "contents" } else { "body" }.to_owned())];
                let wrapped = content.map(|_| Step::Field("content".to_owned()));
                let path = name.parse::<DocPath>().unwrap_or_default();
                steps.into_iter().chain(wrapped).chain(path.steps().iter().cloned()).collect()
            }
            Part::Header => vec![Step::Field("headers".to_owned()), Step::Field(name.to_owned())],
            part => [part.as_str(), name].iter().map(|name| Step::Field((*name).to_owned())).collect(),
        };
        let mut nearest = at.to_owned();
        for step in steps {
            let next = match &step {
                Step::Field(name) => format!("{nearest}{}", Pointer::root().name(name)),
                Step::Index(index) => format!("{nearest}/{index}"),
                Step::AnyField | Step::AnyIndex => break,
            };
            if resolve(document, &next).is_none() {
                break;
            }
            nearest = next;
        }
        nearest
    }
}

/// The value that a JSON pointer leads to.
fn resolve<'d, 'j>(document: &'d Json<'j>, pointer: &str) -> Option<&'d Json<'j>> {
    pointer.split('/').skip(1).try_fold(document, |value, name| {
        let name = name.replace("~1", "/").replace("~0", "~");
        match value {
            Json::Object(object) => object.get(&name),
            Json::Array(items) => items.get(name.parse::<usize>().ok()?),
            _ => None,
        }
    })
}
