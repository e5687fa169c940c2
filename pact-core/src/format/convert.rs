//! From one version of the format to another.

use super::{Inexpressible, WriteError, read, write};
use crate::json::{Json, JsonBuf, ObjectBuf};
use crate::model::{
    Body, Combine, ContentType, Data, Headers, Interaction, InteractionKind, MatchingRules, Message, Pact,
    Query, RuleList, SpecVersion, metadata_content_type,
};
use crate::path::DocPath;
use crate::rules::Rule;

/// The same contract in another version of the format.
///
/// What the contract demands stays the same, and so do its [digests](crate::digest), but for queries of V1, which are text. What
/// only describes it and has no place in an earlier version than V4 (keys, comments, markup, the pending flag, content
/// type hints, a transport that is the usual one) is left out there. Content types that only a body states go into the
/// metadata of messages and into the headers of requests, where they are sent anyway.
///
/// ```
/// use pactwright_core::format::{convert, read};
/// use pactwright_core::model::SpecVersion;
/// let pact = read(br#"{"consumer": {"name": "web"}, "provider": {"name": "orders"}, "interactions": []}"#)?;
/// assert_eq!(convert(pact, SpecVersion::V4)?.version, SpecVersion::V4);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When an interaction demands something that the version has no words for; which one, and what.
pub fn convert(mut pact: Pact, version: SpecVersion) -> Result<Pact, WriteError> {
    if pact.version == version {
        return Ok(pact);
    }
    for interaction in &mut pact.interactions {
        convert_interaction(interaction, pact.version, version).map_err(|what| WriteError {
            description: interaction.description.clone(),
            what,
            version,
        })?;
    }
    pact.version = version;
    let stated: ObjectBuf = [("version", JsonBuf::from(version.as_str()))].into_iter().collect();
    pact.metadata.remove("pact-specification");
    pact.metadata.remove("pactSpecificationVersion");
    pact.metadata.insert("pactSpecification", stated);
    Ok(pact)
}

fn convert_interaction(
    one: &mut Interaction,
    from: SpecVersion,
    to: SpecVersion,
) -> Result<(), Inexpressible> {
    one.spelling = None;
    if from >= SpecVersion::V4 {
        if one.extra.get("pluginConfiguration").is_some() {
            return Err(Inexpressible::Plugins);
        }
        if !one.goes_the_usual_way() {
            return Err(Inexpressible::Transport);
        }
        one.extra.remove("interactionMarkup");
        (one.key, one.pending, one.transport) = (None, false, None);
        one.comments = ObjectBuf::new();
    }
    match &mut one.kind {
        InteractionKind::Http { request, response } => {
            if to == SpecVersion::V2 {
                v2_kinds(&request.rules)?;
                v2_kinds(&response.rules)?;
            }
            request.query = request.query.take().map(|query| match (query, to) {
                (query @ Query::Pairs(_), SpecVersion::V1) => Query::Text(query.to_text().into_owned()),
                (Query::Text(text), version) if version > SpecVersion::V1 => {
                    Query::Pairs(Query::Text(text).pairs().into_owned())
                }
                (query, _) => query,
            });
            if to < SpecVersion::V4
                && request.headers.get("content-type").is_empty()
                && let Some(stated) = request.body.merely_stated_type()
            {
                // It is sent in any case.
                request.headers.append("Content-Type", stated.to_string());
            }
            if to < SpecVersion::V4
                && response.headers.content_type().is_none()
                && response.body.merely_stated_type().is_some()
            {
                return Err(Inexpressible::ContentType);
            }
            http_part(&mut request.headers, &mut request.body, &mut request.rules, to);
            http_part(&mut response.headers, &mut response.body, &mut response.rules, to);
        }
        InteractionKind::AsyncMessage(content) => message(content, to)?,
        InteractionKind::SyncMessage { .. } | InteractionKind::Unknown { .. } => {}
    }
    let written = write::interaction(one, to)?;
    // The last word: what is written must read as what was meant.
    if read::says(&written, to, one) { Ok(()) } else { Err(Inexpressible::Form) }
}

fn http_part(headers: &mut Headers, body: &mut Body, rules: &mut MatchingRules, to: SpecVersion) {
    if to < SpecVersion::V3 {
        *headers = headers.iter().map(|(name, values)| (name, values.join(", "))).collect();
    }
    if to == SpecVersion::V2 {
        *rules = v2_rules(rules);
    }
    let stated = headers.content_type();
    if to >= SpecVersion::V4 {
        state_content_type(body, stated);
    } else {
        take_content_type(body);
    }
}

fn message(message: &mut Message, to: SpecVersion) -> Result<(), Inexpressible> {
    let stated = metadata_content_type(&message.metadata);
    if to >= SpecVersion::V4 {
        state_content_type(&mut message.contents, stated);
    } else if let Some(own) = take_content_type(&mut message.contents) {
        match stated {
            None => message.metadata.insert("contentType", own.to_string()),
            // The metadata would have the last word there.
            Some(stated) if stated != own => return Err(Inexpressible::ContentType),
            Some(_) => {}
        }
    }
    Ok(())
}

/// V4 states the content type with the body, and needs no quotes around JSON.
fn state_content_type(body: &mut Body, stated: Option<ContentType>) {
    let own = body.own_content_type();
    let Body::Present(content) = body else { return };
    content.content_type = content.content_type.take().or(stated).or(own);
    if let (Some(true), Data::Text(text)) =
        (content.content_type.as_ref().map(ContentType::is_json), &content.data)
        && let Ok(value) = Json::parse(text.as_bytes())
    {
        content.data = Data::Json(value.into_owned());
    }
}

/// Before V4 a body does not state its type.
fn take_content_type(body: &mut Body) -> Option<ContentType> {
    let Body::Present(content) = body else { return None };
    content.hint = None;
    content.content_type.take()
}

/// V2 has rules for types, sizes and regular expressions. Its readers take others for equality, or refuse the file.
fn v2_kinds(rules: &MatchingRules) -> Result<(), Inexpressible> {
    let lists = rules.categories().flat_map(|category| rules.category(category));
    let mut rules = lists.flat_map(|(_, list)| &list.rules);
    if rules.all(|rule| matches!(rule, Rule::Like(_) | Rule::Regex(_))) {
        Ok(())
    } else {
        Err(Inexpressible::RuleKind)
    }
}

/// V2 knows one rule per place, and writes paths in one way only.
fn v2_rules(rules: &MatchingRules) -> MatchingRules {
    let mut respelt = MatchingRules::default();
    for category in rules.categories() {
        for (name, list) in rules.category(category) {
            let combine = if list.rules.len() == 1 { Combine::And } else { list.combine };
            let name = name.parse::<DocPath>().map_or(name.to_owned(), |path| path.to_string());
            respelt.insert(category, name, RuleList { combine, rules: list.rules.clone() });
        }
    }
    respelt
}

#[cfg(test)]
mod tests {
    use super::super::{read, to_json};
    use super::*;

    fn pact(version: &str, interactions: &str) -> Pact {
        let text = format!(
            r#"{{"consumer":{{"name":"web"}},"provider":{{"name":"orders"}},"interactions":[{interactions}],
            "metadata":{{"pactSpecification":{{"version":"{version}"}}}}}}"#
        );
        read(text.as_bytes()).unwrap()
    }

    fn written(pact: Pact, version: SpecVersion) -> String {
        let converted = convert(pact, version).unwrap();
        let json = to_json(&converted).unwrap();
        // What is written reads as what was converted.
        assert_eq!(read(json.to_compact().as_bytes()).unwrap(), converted);
        let list = json.get("interactions").or(json.get("messages")).and_then(Json::as_array).unwrap();
        list[0].to_compact()
    }

    #[test]
    fn from_v1_to_v4() {
        let one = r#"{"description":"d","providerState":"s","request":{"method":"get","path":"/","query":"a=1&b=2&a=3"},
            "response":{"status":200,"headers":{"Content-Type":"application/json"},"body":{"a":1}}}"#;
        assert_eq!(
            written(pact("1.0.0", one), SpecVersion::V4),
            concat!(
                r#"{"type":"Synchronous/HTTP","description":"d","pending":false,"providerStates":[{"name":"s"}],"#,
                r#""request":{"method":"get","path":"/","query":{"a":["1","3"],"b":["2"]}},"#,
                r#""response":{"status":200,"headers":{"Content-Type":["application/json"]},"#,
                r#""body":{"content":{"a":1},"contentType":"application/json","encoded":false}}}"#
            )
        );
    }

    #[test]
    fn rules_and_states_from_v4_to_v2() {
        let one = r#"{"type":"Synchronous/HTTP","description":"d","key":"k","providerStates":[{"name":"s"}],
            "comments":{"text":["x"]},"transport":"http","request":{"method":"get","path":"/"},
            "response":{"status":200,"headers":{"X":["1","2"]},
            "body":{"content":{"a b":1},"contentType":"application/json","encoded":false},
            "matchingRules":{"body":{"$['a b']":{"matchers":[{"match":"type"}],"combine":"OR"}}}}}"#;
        assert_eq!(
            written(pact("4.0", one), SpecVersion::V2),
            concat!(
                r#"{"description":"d","providerState":"s","request":{"method":"get","path":"/"},"#,
                r#""response":{"status":200,"headers":{"X":"1, 2"},"body":{"a b":1},"#,
                r#""matchingRules":{"$.body['a b']":{"match":"type"}}}}"#
            )
        );
    }

    #[test]
    fn content_types_are_kept_on_the_way_down() {
        let message = r#"{"type":"Asynchronous/Messages","description":"d",
            "contents":{"content":"<a/>","contentType":"application/xml","encoded":false}}"#;
        assert_eq!(
            written(pact("4.0", message), SpecVersion::V3),
            r#"{"description":"d","contents":"<a/>","metadata":{"contentType":"application/xml"}}"#
        );
        let http = r#"{"type":"Synchronous/HTTP","description":"d","response":{"status":200},"transport":"http",
            "request":{"method":"PUT","path":"/",
            "body":{"content":"a,b","contentType":"text/csv","contentTypeHint":"TEXT","encoded":false}}}"#;
        let before = pact("4.0", http);
        let after = convert(before.clone(), SpecVersion::V3).unwrap();
        assert!(
            written(before.clone(), SpecVersion::V3).contains(r#""headers":{"Content-Type":"text/csv"}"#)
        );
        let digest = |pact: &Pact| crate::digest::obligation(&pact.interactions[0]);
        assert_eq!(digest(&after), digest(&before));
        // What is sent is the same, too.
        let sent =
            |pact: &Pact| crate::matching::ActualRequest::from(pact.interactions[0].as_http().unwrap().0);
        assert_eq!(sent(&after), sent(&before));
    }

    #[test]
    fn every_kind_of_body_comes_back_from_v4() {
        for (content_type, body) in [
            ("application/json", r#"{"a":null}"#),
            ("application/json", r#""text""#),
            ("application/json", "null"),
            ("text/plain", r#""text""#),
            ("text/plain", r#""""#),
            ("image/png", r#""iVBORw0KGgo=""#),
        ] {
            let one = format!(
                r#"{{"description":"d","request":{{"method":"GET","path":"/"}},"response":{{"status":200,
                "headers":{{"Content-Type":"{content_type}"}},"body":{body}}}}}"#
            );
            let before = pact("3.0.0", &one);
            let there = convert(before.clone(), SpecVersion::V4).unwrap();
            assert_eq!(convert(there, SpecVersion::V3).unwrap(), before, "{content_type} {body}");
        }
    }

    #[test]
    fn what_cannot_be_said_is_named() {
        let http = |attributes: &str, response: &str| {
            format!(
                r#"{{"type":"Synchronous/HTTP","description":"the one"{attributes},
                "request":{{"method":"GET","path":"/"}},"response":{{"status":200{response}}}}}"#
            )
        };
        let rules =
            |list: &str| http("", &format!(r#","matchingRules":{{"body":{{"$":{{"matchers":{list}}}}}}}"#));
        let sync = r#"{"type":"Synchronous/Messages","description":"the one","request":{"contents":{}},"response":[]}"#;
        let message =
            r#"{"type":"Asynchronous/Messages","description":"the one","contents":{"content":"a"}}"#;
        for (version, one, what) in [
            (SpecVersion::V3, sync.to_owned(), Inexpressible::SyncMessage),
            (SpecVersion::V2, message.to_owned(), Inexpressible::Message),
            (
                SpecVersion::V3,
                r#"{"type":"Odd","description":"the one"}"#.to_owned(),
                Inexpressible::UnknownType,
            ),
            (SpecVersion::V3, http(r#","pluginConfiguration":{"csv":{}}"#, ""), Inexpressible::Plugins),
            (SpecVersion::V3, http(r#","transport":"grpc""#, ""), Inexpressible::Transport),
            (
                SpecVersion::V3,
                http("", r#","body":{"content":"a,b","contentType":"text/csv","encoded":false}"#),
                Inexpressible::ContentType,
            ),
            (
                SpecVersion::V3,
                r#"{"type":"Asynchronous/Messages","description":"the one","metadata":{"contentType":"application/json"},
                    "contents":{"content":"a","contentType":"text/plain","encoded":false}}"#
                    .to_owned(),
                Inexpressible::ContentType,
            ),
            (
                SpecVersion::V2,
                http(r#","providerStates":[{"name":"a"},{"name":"b"}]"#, ""),
                Inexpressible::States,
            ),
            (
                SpecVersion::V2,
                rules(r#"[{"match":"type"},{"match":"regex","regex":"a"}]"#),
                Inexpressible::SeveralRules,
            ),
            (SpecVersion::V2, rules(r#"[{"match":"integer"}]"#), Inexpressible::RuleKind),
            (SpecVersion::V2, rules(r#"[{"match":"equality"}]"#), Inexpressible::RuleKind),
            (SpecVersion::V2, rules(r#"[{"match":"type"},{"match":"null"}]"#), Inexpressible::RuleKind),
            (SpecVersion::V2, rules(r#"[{"match":"ignore-order"}]"#), Inexpressible::RuleKind),
            (SpecVersion::V2, rules(r#"[{"match":"from-a-plugin"}]"#), Inexpressible::RuleKind),
            (SpecVersion::V1, rules(r#"[{"match":"type"}]"#), Inexpressible::Rules),
            (
                SpecVersion::V2,
                http("", r#","generators":{"body":{"$":{"type":"Uuid"}}}"#),
                Inexpressible::Generators,
            ),
            (
                SpecVersion::V3,
                http(
                    "",
                    r#","headers":{"Content-Type":["text/plain"]},"body":{"content":"/w==","contentType":"text/plain","encoded":"base64"}"#,
                ),
                Inexpressible::Form,
            ),
        ] {
            let error = convert(pact("4.0", &one), version).unwrap_err();
            assert_eq!(
                (error.description.as_str(), error.what, error.version),
                ("the one", what, version),
                "{error}"
            );
        }
    }
}
