//! Whole contracts of a version, as reading a file of it gives them.

use std::fmt;

use pactwright_core::format::to_json;
use pactwright_core::json::{Json, ObjectBuf};
use pactwright_core::model::{
    Interaction, InteractionKind, Message, Pact, Party, ProviderState, SpecVersion,
};
use proptest::prelude::*;

use super::json::{object, text};
use super::parts::{message, request, response};

pub(crate) const VERSIONS: [SpecVersion; 5] =
    [SpecVersion::V1, SpecVersion::V1_1, SpecVersion::V2, SpecVersion::V3, SpecVersion::V4];

/// A version of the format.
pub(crate) fn version() -> impl Strategy<Value = SpecVersion> {
    prop::sample::select(&VERSIONS[..])
}

fn name() -> impl Strategy<Value = String> {
    text().prop_filter("is a name", |name| !name.trim().is_empty())
}

fn party() -> impl Strategy<Value = Party> {
    (name(), object(&["id", "team"])).prop_map(|(name, extra)| Party { name, extra })
}

fn states(version: SpecVersion) -> BoxedStrategy<Vec<ProviderState>> {
    if version < SpecVersion::V3 {
        return prop::collection::vec(name().prop_map(ProviderState::new), 0..2).boxed();
    }
    let state = (text(), object(&["id", "when"])).prop_map(|(name, params)| ProviderState { name, params });
    prop::collection::vec(state, 0..3).boxed()
}

fn kind(version: SpecVersion) -> BoxedStrategy<InteractionKind> {
    let http = (request(version), response(version)).prop_map(|(request, response)| InteractionKind::Http {
        request: Box::new(request),
        response: Box::new(response),
    });
    // What is beside a message that is an interaction belongs to the interaction.
    let message_alone = message(version).prop_map(|message| {
        InteractionKind::AsyncMessage(Box::new(Message { extra: ObjectBuf::new(), ..message }))
    });
    let sync =
        (message(version), prop::collection::vec(message(version), 0..3)).prop_map(|(request, responses)| {
            InteractionKind::SyncMessage { request: Box::new(request), responses }
        });
    let unknown = ("[A-Z][a-z]{1,5}/X", object(&["frames", "request", "contents"]))
        .prop_map(|(type_name, content)| InteractionKind::Unknown { type_name, content });
    match version {
        SpecVersion::V1 | SpecVersion::V1_1 | SpecVersion::V2 => http.boxed(),
        SpecVersion::V3 => prop_oneof![3 => http, 1 => message_alone].boxed(),
        SpecVersion::V4 => prop_oneof![3 => http, 2 => message_alone, 1 => sync, 1 => unknown].boxed(),
    }
}

/// Attributes of an interaction that are not part of what it says, or that its version does not know.
fn extra(version: SpecVersion) -> BoxedStrategy<ObjectBuf> {
    match version {
        SpecVersion::V4 => (object(&["_links", "x"]), object(&["csv"]), any::<[bool; 2]>())
            .prop_map(|(mut extra, plugins, [markup, plugin])| {
                if markup {
                    let text = [("markup", Json::from("*a*")), ("markupType", Json::from("COMMON_MARK"))];
                    extra.insert("interactionMarkup", text.into_iter().collect::<ObjectBuf>());
                }
                if plugin {
                    extra.insert("pluginConfiguration", plugins);
                }
                extra
            })
            .boxed(),
        _ => object(&["key", "comments", "pending", "transport", "type", "_links"]).boxed(),
    }
}

pub(crate) fn interaction(version: SpecVersion) -> impl Strategy<Value = Interaction> {
    let v4 = (
        prop::option::of(text()),
        any::<bool>(),
        object(&["text", "testname", "references"]),
        prop::option::of(text()),
    );
    (text(), states(version), prop::option::of("[0-9a-f]{8}"), v4, kind(version), extra(version)).prop_map(
        move |(description, states, id, (key, pending, comments, transport), kind, extra)| {
            let mut one = Interaction::new(description, kind);
            one.states = states;
            one.id = id;
            if version >= SpecVersion::V4 {
                (one.key, one.pending, one.comments, one.transport) = (key, pending, comments, transport);
            }
            if !matches!(one.kind, InteractionKind::Unknown { .. }) {
                one.extra = extra;
            }
            one
        },
    )
}

/// A contract that is shown as its file, which is shorter than the model.
#[derive(Clone)]
pub(crate) struct AsFile(pub(crate) Pact);

impl fmt::Debug for AsFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match to_json(&self.0) {
            Ok(file) => formatter.write_str(&file.to_compact()),
            Err(error) => error.fmt(formatter),
        }
    }
}

/// A whole contract of a version.
pub(crate) fn pact_of(version: SpecVersion) -> impl Strategy<Value = AsFile> {
    let interactions = prop::collection::vec(interaction(version), 0..3);
    (party(), party(), interactions, object(&["plugins", "pact-jvm"]), object(&["_links", "createdAt"]))
        .prop_map(move |(consumer, provider, mut interactions, metadata, extra)| {
            let mut pact = Pact::new("", "", version);
            // Before V4, messages have a list of their own.
            if version < SpecVersion::V4 {
                interactions.sort_by_key(|one| matches!(one.kind, InteractionKind::AsyncMessage(_)));
            }
            for (name, value) in metadata {
                pact.metadata.insert(name, value);
            }
            AsFile(Pact { consumer, provider, interactions, extra, ..pact })
        })
}

/// A whole contract of any version.
pub(crate) fn pact() -> impl Strategy<Value = AsFile> {
    version().prop_flat_map(pact_of)
}
