use std::sync::Arc;

use bytes::Bytes;
use pactwright_core::{
    digest::ContentSha,
    json::{Json, Limits, Object, ObjectBuf},
    names::{InvalidName, ParticipantName, VersionNumber},
};
use uuid::Uuid;

use super::{
    access::Caller,
    canonical,
    errors::{Failure, FieldErrors},
    media::Media,
    paths::Paths,
    query::Params,
};
use crate::{
    Broker, Done, Refusal,
    domain::{
        access::{Asker, Need, may},
        commands::{Command, Linked},
        model::{Participant, Timestamp, Version, semantic_version},
        rules::VersionOrder,
        state::State,
    },
};

/// How much a document may ask for. A contract of ten megabytes has about half a million values; many clients read no
/// more than 128 levels, and what is sent is given back inside of other documents. How many levels are taken is a
/// setting.
const LIMITS: Limits = Limits { depth: 50, values: 1_000_000, bytes: 64 * 1024 * 1024 };

/// A request, with what is needed to answer it.
pub(crate) struct Call {
    pub(crate) broker: Broker,
    /// What was durable when the request came, or at the moment that it asks for.
    pub(crate) state: Arc<State>,
    /// That moment.
    pub(crate) now: Timestamp,
    /// The variables of the path, decoded.
    pub(crate) variables: Vec<(String, String)>,
    pub(crate) query: Params,
    pub(crate) body: Bytes,
    pub(crate) paths: Paths,
    /// Path and query as they were asked for.
    pub(crate) target: String,
    /// What is sent.
    pub(crate) media: Media,
    /// Who asks.
    pub(in crate::http) caller: Caller,
    /// What has to be allowed.
    pub(in crate::http) needs: Vec<Need>,
    /// Whether the handler still has to say what of the body has to be allowed.
    pub(in crate::http) is_open: bool,
}

impl Call {
    /// Goes on if that is allowed, too: what only the body says.
    pub(in crate::http) fn needing(mut self, needs: impl IntoIterator<Item = Need>) -> Result<Self, Failure> {
        self.needs.extend(needs);
        self.is_open = false;
        self.caller.check(self.broker.state().access(), &self.needs)?;
        Ok(self)
    }

    /// Whether whoever asks may do something, as things are now.
    pub(in crate::http) fn may(&self, need: &Need) -> bool {
        may(self.broker.state().access(), &self.caller.principal, need).is_ok()
    }

    /// Carries out a command for whoever asks. What has to be allowed is looked at again when it is decided; what webhooks
    /// are told of it links to the broker as whoever asks knows it.
    pub(in crate::http) async fn submit<C: Command>(&self, command: C) -> Result<Done<C::Answer>, Refusal> {
        if self.is_open {
            return Err(Refusal::Unchecked);
        }
        let command = Linked { base: self.paths.base.clone(), command };
        self.broker.submit_as(command, self.asker()).await
    }

    /// Whoever asks, with what has to be allowed.
    pub(in crate::http) fn asker(&self) -> Asker {
        let Caller { principal, from } = self.caller.clone();
        Asker { principal, from, needs: self.needs.clone() }
    }

    /// A variable of the path. The table of routes says which there are.
    pub(crate) fn var(&self, name: &str) -> &str {
        self.variables.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// A variable of the path as a name of some kind.
    pub(crate) fn name<N: std::str::FromStr<Err = InvalidName>>(&self, variable: &str) -> Result<N, Failure> {
        self.var(variable).parse().map_err(|error: InvalidName| {
            let mut errors = FieldErrors::default();
            errors.add(variable, error.to_string());
            Failure::Invalid(errors.in_parameters())
        })
    }

    /// Whether a number can be ordered: where versions are ordered by their numbers, those have to be semantic versions.
    pub(crate) fn check_number(&self, number: &VersionNumber, field: &str) -> Result<(), Failure> {
        let has_to_be = self.broker.config().rules.order == VersionOrder::Semantic;
        if has_to_be && semantic_version(number.as_str()).is_none() {
            let message = format!(
                "Version number '{number}' cannot be parsed to a version number: a semantic version is expected, such \
                 as 1.3.0 or 2.0.4-rc.1"
            );
            return Err(FieldErrors::one(field, message));
        }
        Ok(())
    }

    /// Whether names are the same whatever their capitals.
    pub(crate) fn any_case(&self) -> bool {
        self.broker.config().http.names_in_any_case
    }

    /// The environment that a parameter names: by the name that it is known by, if that is what is meant.
    pub(crate) fn environment(&self, parameter: &str) -> Option<String> {
        let name = self.query.filled(parameter)?;
        let known = self.any_case().then(|| canonical::environment(&self.state, name)).flatten();
        Some(known.unwrap_or_else(|| name.to_owned()))
    }

    /// A variable of the path as a UUID; anything else names nothing.
    pub(crate) fn uuid(&self, variable: &str) -> Result<Uuid, Failure> {
        Uuid::parse_str(self.var(variable)).map_err(|_| Failure::NotFound)
    }

    pub(crate) fn sha(&self, variable: &str) -> Result<ContentSha, Failure> {
        self.var(variable).parse().map_err(|_| Failure::NotFound)
    }

    /// The address that was asked for.
    pub(crate) fn address(&self) -> String {
        format!("{}{}", self.paths.base, self.target)
    }

    /// The address that was asked for, without its query.
    pub(crate) fn address_without_query(&self) -> String {
        let path = self.target.split('?').next().unwrap_or_default();
        format!("{}{path}", self.paths.base)
    }

    /// The participant that a variable of the path names.
    pub(crate) fn participant(&self, variable: &str) -> Result<&Arc<Participant>, Failure> {
        let name = self.var(variable);
        self.state.participant(name).ok_or_else(|| Failure::unknown(variable, name))
    }

    /// The version that the path names.
    pub(crate) fn version(&self) -> Result<(&Arc<Participant>, &Arc<Version>), Failure> {
        let participant = self.participant("pacticipant")?;
        let version = self.state.version(participant.id, self.var("version")).ok_or(Failure::NotFound)?;
        Ok((participant, version))
    }

    /// Consumer and provider that the path names.
    pub(crate) fn pair(&self) -> Result<(&Arc<Participant>, &Arc<Participant>), Failure> {
        Ok((self.participant("consumer")?, self.participant("provider")?))
    }

    /// The name of the participant that the path names, known or not.
    pub(crate) fn participant_name(&self) -> Result<ParticipantName, Failure> {
        self.name("pacticipant")
    }

    /// How much a document may ask for.
    pub(crate) fn limits(&self) -> Limits {
        Limits { depth: self.broker.config().http.json_depth, ..LIMITS }
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Result<Json<'_>, Failure> {
        if let Err(error) = std::str::from_utf8(&self.body) {
            let valid = String::from_utf8_lossy(&self.body[..error.valid_up_to()]).into_owned();
            let begin = valid.char_indices().rev().nth(40).map_or(0, |(at, _)| at);
            return Err(Failure::bad_request(format!(
                "Request body has a non UTF-8 character at char {} and cannot be parsed as JSON. Fragment preceding \
                 invalid character is: '{}'",
                valid.chars().count() + 1,
                &valid[begin..]
            )));
        }
        Json::parse_with(&self.body, self.limits())
            .map_err(|error| Failure::bad_request(format!("The request body is not JSON: {error}")))
    }

    /// The body as a JSON object; no body is an empty one.
    pub(crate) fn object(&self) -> Result<ObjectBuf, Failure> {
        Ok(self.borrowed_object()?.into_owned())
    }

    /// The same without a copy of what is in it: bodies may be large.
    pub(crate) fn borrowed_object(&self) -> Result<Object<'_>, Failure> {
        if self.body.is_empty() {
            return Ok(Object::new());
        }
        match self.json()? {
            Json::Object(object) => Ok(object),
            other => Err(Failure::bad_request(format!(
                "Expected JSON Object in request body but found {}",
                other.type_name()
            ))),
        }
    }

    /// Which page of a list is wanted: number (from 1) and size; `None` where nothing was said. A page is never longer than
    /// the setting `http.page_limit`.
    pub(crate) fn page(&self) -> Result<Option<Page>, Failure> {
        let mut errors = FieldErrors::default();
        let mut number = |names: [&str; 2]| -> Option<usize> {
            let name = names.into_iter().find(|name| self.query.filled(name).is_some())?;
            let value = self.query.text(name).unwrap_or_default();
            let why = match value.trim().parse::<i128>() {
                Ok(number) if number < 1 => "must be greater than or equal to 1",
                Ok(number) => match usize::try_from(number) {
                    Ok(number) => return Some(number),
                    Err(_) => "is too large",
                },
                Err(_) => "must be an integer",
            };
            errors.add(name, why);
            None
        };
        let (page, size) = (number(["page", "pageNumber"]), number(["size", "pageSize"]));
        if !errors.is_empty() {
            return Err(Failure::Invalid(errors.in_parameters()));
        }
        Ok((page.is_some() || size.is_some()).then(|| Page {
            number: page.unwrap_or(1),
            size: size.unwrap_or(Page::SIZE).min(self.broker.config().http.page_limit),
        }))
    }

    /// The same of a list that is given whole where nothing was said, as far as that is possible.
    pub(crate) fn page_or_whole(&self) -> Result<Page, Failure> {
        Ok(self.page()?.unwrap_or(Page { number: 1, size: Page::WHOLE }))
    }

    /// Fails when something is asked for that needs a body.
    pub(crate) fn require_body(&self) -> Result<(), Failure> {
        if self.body.iter().all(u8::is_ascii_whitespace) {
            return Err(Failure::bad_request("The request needs a body: a JSON object."));
        }
        Ok(())
    }
}

/// A page of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) number: usize,
    pub(crate) size: usize,
}

impl Page {
    /// How long a page is where nothing was said.
    pub(crate) const SIZE: usize = 100;
    /// How much is given of a list that is given whole; the rest is on pages behind it.
    pub(crate) const WHOLE: usize = 10_000;
    /// The first page.
    pub(crate) const FIRST: Self = Self { number: 1, size: Self::SIZE };

    /// How many entries come before.
    pub(crate) fn skip(self) -> usize {
        (self.number - 1).saturating_mul(self.size)
    }
}
