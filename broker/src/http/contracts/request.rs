//! Reading a publication, with everything that can be wrong with it.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use pactwright_core::{
    broker_api::OnConflict,
    json::{Json, Limits, Object},
    names::{BranchName, InvalidName, ParticipantName, TagName, VersionNumber},
};

use crate::{
    domain::commands::{NewContract, PublishContracts},
    http::{
        errors::{Failure, FieldErrors},
        fields,
    },
};

pub(super) fn read(object: &Object<'_>, limits: Limits) -> Result<PublishContracts, Failure> {
    let mut errors = FieldErrors::default();
    let consumer: Option<ParticipantName> = fields::required(object, "pacticipantName", &mut errors);
    let version: Option<VersionNumber> = fields::required(object, "pacticipantVersionNumber", &mut errors);
    let branch: Option<BranchName> = fields::optional(object, "branch", &mut errors);
    let build_url = fields::line(object, "buildUrl", &mut errors).flatten();
    let tags = tags(object, &mut errors);
    let contracts = contracts(object, limits, &mut errors);
    match (errors.is_empty(), consumer, version) {
        (true, Some(consumer), Some(version)) => {
            Ok(PublishContracts { consumer, version, branch, tags, build_url, contracts })
        }
        _ => Err(Failure::Invalid(errors)),
    }
}

fn tags(object: &Object<'_>, errors: &mut FieldErrors) -> Vec<TagName> {
    let items = match object.get("tags") {
        None | Some(Json::Null) => return Vec::new(),
        Some(Json::Array(items)) => items,
        Some(_) => {
            errors.add("tags", "must be an array");
            return Vec::new();
        }
    };
    let mut tags: Vec<TagName> = Vec::new();
    for (index, item) in items.iter().enumerate() {
        // Numbers are taken as they are written: build tools send them.
        let text = match item {
            Json::String(text) => text.to_string(),
            Json::Number(number) => number.to_string(),
            _ => {
                errors.add("tags", format!("must be a string (at index {index})"));
                continue;
            }
        };
        match TagName::new(text) {
            Ok(tag) if tags.contains(&tag) => {}
            Ok(tag) => tags.push(tag),
            Err(error) => errors.add("tags", format!("{error} (at index {index})")),
        }
    }
    tags
}

fn contracts(object: &Object<'_>, limits: Limits, errors: &mut FieldErrors) -> Vec<NewContract> {
    let items = match object.get("contracts") {
        None => {
            errors.add("contracts", "is missing");
            return Vec::new();
        }
        Some(Json::Array(items)) if items.is_empty() => {
            errors.add("contracts", "must have at least one contract");
            return Vec::new();
        }
        Some(Json::Array(items)) => items,
        Some(_) => {
            errors.add("contracts", "must be an array");
            return Vec::new();
        }
    };
    let consumer = object.get("pacticipantName").and_then(Json::as_str);
    let mut contracts = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let mut reader = Reader { wrong: Vec::new(), limits };
        match item.as_object() {
            Some(contract) => contracts.extend(reader.read(contract, consumer)),
            None => reader.wrong.push("must be a hash".to_owned()),
        }
        for message in reader.wrong {
            errors.add("contracts", format!("{message} (at index {index})"));
        }
    }
    contracts
}

/// Reads one contract.
struct Reader {
    wrong: Vec<String>,
    limits: Limits,
}

impl Reader {
    fn text<'a>(&mut self, contract: &'a Object<'_>, field: &str) -> Option<&'a str> {
        match contract.get(field) {
            None => self.wrong.push(format!("{field} is missing")),
            Some(Json::String(text)) => return Some(text),
            Some(Json::Null) => self.wrong.push(format!("{field} cannot be blank")),
            Some(_) => self.wrong.push(format!("{field} must be a string")),
        }
        None
    }

    fn one_of(&mut self, contract: &Object<'_>, field: &str, only: &str) {
        if let Some(text) = self.text(contract, field)
            && text != only
        {
            self.wrong.push(format!("{field} must be one of: {only}"));
        }
    }

    fn name(&mut self, contract: &Object<'_>, field: &str) -> Option<ParticipantName> {
        let text = self.text(contract, field)?;
        text.parse().map_err(|error: InvalidName| self.wrong.push(format!("{field} {error}"))).ok()
    }

    fn read(&mut self, contract: &Object<'_>, participant: Option<&str>) -> Option<NewContract> {
        let consumer = self.name(contract, "consumerName");
        let provider = self.name(contract, "providerName");
        self.one_of(contract, "specification", "pact");
        self.one_of(contract, "contentType", "application/json");
        let on_conflict = match contract.get("onConflict") {
            None => OnConflict::Overwrite,
            Some(Json::Null) => {
                self.wrong.push("onConflict must be filled".to_owned());
                OnConflict::Overwrite
            }
            Some(value) => match value.as_str() {
                Some("overwrite") => OnConflict::Overwrite,
                Some("merge") => OnConflict::Merge,
                _ => {
                    self.wrong.push("onConflict must be one of: overwrite, merge".to_owned());
                    OnConflict::Overwrite
                }
            },
        };
        let sent = self.text(contract, "content").and_then(|content| self.sent(content));
        let pact = sent.as_deref().and_then(|sent| self.pact(sent));
        if let Some(consumer) = &consumer
            && let Some(participant) = participant.filter(|participant| *participant != consumer.as_str())
        {
            self.wrong
                .push(format!("consumerName ('{consumer}') must match pacticipantName ('{participant}')"));
        }
        if let Some(pact) = &pact {
            self.check_names(pact, consumer.as_ref(), provider.as_ref());
        }
        match (self.wrong.is_empty(), provider, &sent, pact) {
            (true, Some(provider), Some(sent), Some(pact)) => {
                Some(NewContract::new(provider, sent, &pact, on_conflict))
            }
            _ => None,
        }
    }

    /// The text of the pact.
    fn sent(&mut self, content: &str) -> Option<Vec<u8>> {
        let Ok(bytes) = STANDARD.decode(content) else {
            self.wrong.push("content is not valid Base64".to_owned());
            return None;
        };
        if let Err(error) = std::str::from_utf8(&bytes) {
            let place = String::from_utf8_lossy(&bytes[..error.valid_up_to()]).chars().count() + 1;
            self.wrong.push(format!("contract content has a non UTF-8 character at char {place}"));
            return None;
        }
        Some(bytes)
    }

    fn pact<'t>(&mut self, sent: &'t [u8]) -> Option<Json<'t>> {
        match Json::parse_with(sent, self.limits) {
            Ok(pact @ Json::Object(_)) => Some(pact),
            Ok(other) => {
                let found = other.type_name();
                self.wrong
                    .push(format!("content: parsed content was expected to be a Hash but was a {found}"));
                None
            }
            Err(error) => {
                self.wrong.push(format!("content could not be parsed as application/json: {error}"));
                None
            }
        }
    }

    /// A pact that names somebody else is in the wrong place; one that names nobody is taken for what the address says.
    fn check_names(
        &mut self,
        pact: &Json<'_>,
        consumer: Option<&ParticipantName>,
        provider: Option<&ParticipantName>,
    ) {
        for (role, expected) in [("consumer", consumer), ("provider", provider)] {
            match (pact.get(role).and_then(|party| party.get("name")), expected) {
                (Some(Json::String(name)), Some(expected)) if *name != expected.as_str() => self.wrong.push(format!(
                    "{role} name in contract content ('{name}') must match {role}Name in contract params ('{expected}')"
                )),
                (None | Some(Json::String(_) | Json::Null), _) => {}
                (Some(_), _) => self.wrong.push(format!("{role} name in contract content must be a string")),
            }
        }
    }
}
