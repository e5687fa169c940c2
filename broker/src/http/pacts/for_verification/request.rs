//! Reading a provider's question, with everything that can be wrong with it.

use pactwright_core::{
    json::{Json, ObjectBuf},
    names::{BranchName, EnvironmentName, ParticipantName, TagName},
};

use crate::{
    domain::{
        model::{Timestamp, VersionRange},
        queries::pacts_for_verification::{Choice, Question, Selector},
        state::State,
    },
    http::{
        errors::{Failure, FieldErrors},
        fields,
    },
};

const SELECTORS: &str = "consumerVersionSelectors";
const NOTHING_SAID: &str = "must specify a value for environment or tag or branch, or specify mainBranch=true, \
                            matchingBranch=true, latest=true, deployed=true, released=true or \
                            deployedOrReleased=true";

pub(super) fn read(state: &State, object: &ObjectBuf) -> Result<Question, Failure> {
    let mut errors = FieldErrors::default();
    let provider_tags = tags(object, &mut errors);
    let include_pending = match object.get("includePendingStatus") {
        None => true,
        Some(Json::Bool(value)) => *value,
        Some(_) => {
            errors.add("includePendingStatus", "must be one of: true, false");
            false
        }
    };
    let include_wip_since = match object.get("includeWipPactsSince") {
        None => None,
        Some(Json::String(text)) => match Timestamp::parse(text) {
            Ok(since) => Some(since),
            Err(error) => {
                errors.add("includeWipPactsSince", error.to_string());
                None
            }
        },
        Some(_) => {
            errors.add("includeWipPactsSince", "must be a date");
            None
        }
    };
    let needs_branch = (include_pending || include_wip_since.is_some()) && provider_tags.is_empty();
    let provider_branch = provider_branch(object, needs_branch, &mut errors);
    let selectors = selectors(state, object, provider_branch.as_ref(), &mut errors);
    errors.check()?;
    Ok(Question { provider_branch, provider_tags, include_pending, include_wip_since, selectors })
}

/// The provider's branch. An empty text is what build scripts send where no branch is known: it is none, unless an
/// answer that depends on the branch is asked for.
fn provider_branch(object: &ObjectBuf, is_needed: bool, errors: &mut FieldErrors) -> Option<BranchName> {
    const FIELD: &str = "providerVersionBranch";
    match object.get(FIELD) {
        Some(Json::String(text)) if text.is_empty() => {
            if is_needed {
                let when = "when pending or WIP pacts are enabled and there are no tags provided, the provider version \
                            branch must not be an empty string, as it is used in the calculations for WIP/pending. A \
                            value must be provided (recommended), or it must not be set at all.";
                errors.add(FIELD, when);
            }
            None
        }
        _ => fields::optional(object, FIELD, errors),
    }
}

fn tags(object: &ObjectBuf, errors: &mut FieldErrors) -> Vec<TagName> {
    let tag = |value: &Json<'_>| match value.as_str().map(TagName::new) {
        Some(Ok(tag)) => Some(tag),
        Some(Err(error)) => {
            errors.add("providerVersionTags", error.to_string());
            None
        }
        None => {
            errors.add("providerVersionTags", "must be an array of strings");
            None
        }
    };
    match object.get("providerVersionTags") {
        None | Some(Json::Null) => Vec::new(),
        Some(Json::Array(items)) => items.iter().filter_map(tag).collect(),
        Some(_) => {
            errors.add("providerVersionTags", "must be an array");
            Vec::new()
        }
    }
}

fn selectors(
    state: &State,
    object: &ObjectBuf,
    provider_branch: Option<&BranchName>,
    errors: &mut FieldErrors,
) -> Vec<Selector> {
    let items = match object.get(SELECTORS) {
        None => return Vec::new(),
        Some(Json::Array(items)) => items,
        Some(_) => {
            errors.add(SELECTORS, "must be an array");
            return Vec::new();
        }
    };
    let mut selectors = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let mut reader = Reader { state, provider_branch, wrong: Vec::new() };
        match item.as_object() {
            Some(selector) => selectors.extend(reader.read(selector)),
            None => reader.wrong.push("must be a hash".to_owned()),
        }
        for message in reader.wrong {
            errors.add(SELECTORS, format!("{message} (at index {index})"));
        }
    }
    selectors
}

/// Reads one selector.
struct Reader<'a> {
    state: &'a State,
    provider_branch: Option<&'a BranchName>,
    wrong: Vec<String>,
}

/// What a selector says, member by member.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a member of its own")]
struct Said {
    main_branch: bool,
    matching_branch: bool,
    every_branch: bool,
    branch: Option<BranchName>,
    fallback_branch: Option<BranchName>,
    tag: Option<TagName>,
    range: Option<VersionRange>,
    fallback_tag: Option<TagName>,
    latest: Option<bool>,
    deployed: bool,
    released: bool,
    either: bool,
    environment: Option<EnvironmentName>,
    consumer: Option<ParticipantName>,
}

impl Reader<'_> {
    fn text<N: std::str::FromStr>(&mut self, selector: &ObjectBuf, field: &str) -> Option<N>
    where
        N::Err: std::fmt::Display,
    {
        match selector.get(field)? {
            Json::String(text) if text.is_empty() => self.wrong.push(format!("{field} must be filled")),
            Json::Null => self.wrong.push(format!("{field} must be filled")),
            Json::String(text) => match text.parse() {
                Ok(name) => return Some(name),
                Err(error) => self.wrong.push(format!("{field} {error}")),
            },
            _ => self.wrong.push(format!("{field} must be a string")),
        }
        None
    }

    fn only_true(&mut self, selector: &ObjectBuf, field: &str) -> bool {
        match selector.get(field) {
            None => false,
            Some(Json::Bool(true)) => true,
            Some(_) => {
                self.wrong.push(format!("{field} must be one of: true"));
                false
            }
        }
    }

    fn read(&mut self, selector: &ObjectBuf) -> Vec<Selector> {
        let mut said = Said {
            main_branch: self.only_true(selector, "mainBranch"),
            matching_branch: self.only_true(selector, "matchingBranch"),
            deployed: self.only_true(selector, "deployed"),
            released: self.only_true(selector, "released"),
            either: self.only_true(selector, "deployedOrReleased"),
            tag: self.text(selector, "tag"),
            range: self.text(selector, "versionRange"),
            fallback_tag: self.text(selector, "fallbackTag"),
            fallback_branch: self.text(selector, "fallbackBranch"),
            environment: self.text(selector, "environment"),
            consumer: self.text(selector, "consumer"),
            ..Said::default()
        };
        match selector.get("branch") {
            Some(Json::Bool(true)) => said.every_branch = true,
            Some(Json::Bool(false)) => {
                self.wrong.push("branch must be a string or branch must be equal to true".to_owned());
            }
            _ => said.branch = self.text(selector, "branch"),
        }
        match selector.get("latest") {
            None => {}
            Some(Json::Bool(latest)) => said.latest = Some(*latest),
            Some(_) => self.wrong.push("latest must be one of: true, false".to_owned()),
        }
        if self.wrong.is_empty() {
            self.check(&said);
        }
        if self.wrong.is_empty() { self.choices(said) } else { Vec::new() }
    }

    fn check(&mut self, said: &Said) {
        let mut wrong = |is_wrong: bool, message: &str| {
            if is_wrong {
                self.wrong.push(message.to_owned());
            }
        };
        let live = said.deployed || said.released || said.either || said.environment.is_some();
        let branch = said.branch.is_some() || said.every_branch;
        let named = said.tag.is_some() || said.range.is_some() || branch;
        let latest = said.latest == Some(true);
        let anything = said.main_branch || said.matching_branch || named || latest || live;
        wrong(!anything, NOTHING_SAID);
        let others = named || said.fallback_tag.is_some() || said.fallback_branch.is_some() || live;
        wrong(
            said.main_branch && (others || said.matching_branch),
            "cannot specify mainBranch=true with any other criteria apart from consumer",
        );
        wrong(
            said.main_branch && said.latest == Some(false),
            "cannot specify mainBranch=true with latest=false",
        );
        wrong(
            said.matching_branch && (others || said.latest.is_some()),
            "cannot specify matchingBranch=true with any other criteria apart from consumer",
        );
        wrong(
            said.matching_branch && self.provider_branch.is_none(),
            "the providerVersionBranch must be specified when the selector matchingBranch=true is used",
        );
        wrong(said.tag.is_some() && branch, "cannot specify both a tag and a branch");
        wrong(
            said.range.is_some() && (said.tag.is_some() || branch),
            "cannot specify a versionRange together with a tag or a branch",
        );
        wrong(branch && said.latest == Some(false), "cannot specify a branch with latest=false");
        wrong(said.fallback_tag.is_some() && !latest, "fallbackTag can only be set if latest is true");
        wrong(
            said.fallback_tag.is_some() && said.tag.is_none(),
            "a tag must be specified when a fallbackTag is specified",
        );
        wrong(
            said.fallback_branch.is_some() && !branch,
            "a branch must be specified when a fallbackBranch is specified",
        );
        wrong(said.deployed && said.released, "cannot specify both deployed=true and released=true");
        wrong(said.deployed && said.either, "cannot specify both deployed=true and deployedOrReleased=true");
        wrong(said.released && said.either, "cannot specify both released=true and deployedOrReleased=true");
        for (field, is_said) in [
            ("latest", latest),
            ("tag", said.tag.is_some()),
            ("branch", branch),
            ("versionRange", said.range.is_some()),
        ] {
            for (live_field, is_live) in [
                ("deployed", said.deployed),
                ("released", said.released),
                ("deployedOrReleased", said.either),
                ("environment", said.environment.is_some()),
            ] {
                let message = format!("cannot specify the field {field} with the field {live_field}");
                wrong(is_said && is_live, &message);
            }
        }
        if let Some(name) = &said.environment
            && self.state.environment_by_name(name.as_str()).is_none()
        {
            wrong(true, &format!("environment with name '{name}' does not exist"));
        }
    }

    fn choices(&self, said: Said) -> Vec<Selector> {
        let latest = said.latest == Some(true);
        let everywhere = said.environment.clone();
        let choices = if said.main_branch {
            vec![Choice::MainBranch]
        } else if let (true, Some(branch)) = (said.matching_branch, self.provider_branch) {
            vec![Choice::Branch { branch: branch.clone(), fallback: None, matching: true }]
        } else if let Some(branch) = said.branch {
            vec![Choice::Branch { branch, fallback: said.fallback_branch, matching: false }]
        } else if said.every_branch {
            vec![Choice::EveryBranch]
        } else if let Some(range) = said.range {
            vec![Choice::Range { range, latest }]
        } else if let Some(tag) = said.tag {
            vec![if latest {
                Choice::LatestTagged { tag, fallback: said.fallback_tag }
            } else {
                Choice::Tagged(tag)
            }]
        } else if said.deployed {
            vec![Choice::Deployed(everywhere)]
        } else if said.released {
            vec![Choice::Released(everywhere)]
        } else if said.either || said.environment.is_some() {
            vec![Choice::Deployed(everywhere.clone()), Choice::Released(everywhere)]
        } else {
            vec![Choice::Latest]
        };
        choices.into_iter().map(|choice| Selector { choice, consumer: said.consumer.clone() }).collect()
    }
}
