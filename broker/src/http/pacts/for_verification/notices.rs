//! What a provider is told about a contract that it is to verify. Verifiers print it, people know it.

use pactwright_core::{broker_api::VerificationNotice, names::TagName};

use crate::domain::{
    model::Participant,
    queries::pacts_for_verification::{
        PendingFor, Question, ToVerify,
        selectors::{Match, Reason},
    },
    state::State,
};

const BEFORE: &str = "before_verification";
const READ_PENDING: &str = "Read more at https://docs.pact.io/go/pending";

/// Why a contract is here, in a few words.
pub(super) fn short_description(entry: &ToVerify) -> String {
    let mut parts: Vec<String> = entry
        .matches
        .iter()
        .map(|found| match &found.reason {
            Reason::Latest => "latest".to_owned(),
            Reason::LatestTagged { tag, .. } => format!("latest with tag {tag}"),
            Reason::Tagged(tag) => format!("one of {tag}"),
            Reason::Range { range, latest: true } => format!("latest in range {range}"),
            Reason::Range { range, latest: false } => format!("in range {range}"),
            Reason::Branch { branch, .. } => format!("latest from branch {branch}"),
            Reason::Deployed(environment) => format!("deployed to {environment}"),
            Reason::Released(environment) => format!("released in {environment}"),
            Reason::MainBranch(_) => "latest from main branch".to_owned(),
        })
        .collect();
    parts.dedup();
    parts.join(", ")
}

/// One reason as a criterion.
fn criterion(state: &State, provider: &Participant, found: &Match) -> String {
    let number = state
        .version_by_id(found.pact.version)
        .map_or_else(String::new, |version| version.number.to_string());
    let consumer =
        state.participant_by_id(found.pact.consumer).map_or_else(String::new, |known| known.name.to_string());
    let of = if found.of_consumer { format!(" of {consumer}") } else { String::new() };
    let provider = &provider.name;
    match &found.reason {
        Reason::Latest if found.of_consumer => {
            format!("latest version of {consumer} that has a pact with {provider} ({number})")
        }
        Reason::Latest => format!("latest version of a consumer that has a pact with {provider} ({number})"),
        Reason::LatestTagged { tag, instead_of: None } => {
            format!("latest version{of} tagged '{tag}' ({number})")
        }
        Reason::LatestTagged { tag, instead_of: Some(wanted) } => format!(
            "latest version{of} tagged '{tag}' (fallback tag used as no pact was found with tag '{wanted}') ({number})"
        ),
        Reason::Tagged(tag) if found.of_consumer => {
            format!("all {consumer} versions tagged '{tag}' ({number})")
        }
        Reason::Tagged(tag) => format!("all consumer versions tagged '{tag}' ({number})"),
        Reason::Range { range, latest: true } => {
            format!("greatest version{of} in the range '{range}' ({number})")
        }
        Reason::Range { range, latest: false } if found.of_consumer => {
            format!("all {consumer} versions in the range '{range}' ({number})")
        }
        Reason::Range { range, latest: false } => {
            format!("all consumer versions in the range '{range}' ({number})")
        }
        Reason::Branch { branch, matching: true, .. } => {
            format!("latest version{of} from branch '{branch}' (matches current branch) ({number})")
        }
        Reason::Branch { branch, instead_of: None, .. } => {
            format!("latest version{of} from branch '{branch}' ({number})")
        }
        Reason::Branch { branch, instead_of: Some(wanted), .. } => format!(
            "latest version{of} from branch '{branch}' (fallback branch used as no pact was found from branch \
             '{wanted}') ({number})"
        ),
        Reason::Deployed(environment) if found.of_consumer => {
            format!("version(s) of {consumer} currently deployed to {environment} ({number})")
        }
        Reason::Deployed(environment) => {
            format!("consumer version(s) currently deployed to {environment} ({number})")
        }
        Reason::Released(environment) if found.of_consumer => {
            format!("version(s) of {consumer} released and supported in {environment} ({number})")
        }
        Reason::Released(environment) => {
            format!("consumer version(s) released and supported in {environment} ({number})")
        }
        Reason::MainBranch(branch) => {
            format!("latest version{of} from the main branch '{branch}' ({number})")
        }
    }
}

pub(super) fn notices(
    state: &State,
    provider: &Participant,
    question: &Question,
    entry: &ToVerify,
    permalink: &str,
) -> Vec<VerificationNotice> {
    let mut notices = vec![(BEFORE.to_owned(), inclusion(state, provider, question, entry, permalink))];
    if let Some(status) = &entry.pending {
        let name = &provider.name;
        let whom = Whom::new(&status.whom, if status.is_pending { &status.pending_tags } else { &[] });
        let by = whom.by(name.as_str());
        if status.is_pending {
            let this = if matches!(status.whom, PendingFor::Any) { name.to_string() } else { by.clone() };
            notices.push((
                BEFORE.to_owned(),
                format!(
                    "This pact is in pending state for this version of {name} because a successful verification result \
                     for {this} has not yet been published. If this verification fails, it will not cause the overall \
                     build to fail. {READ_PENDING}"
                ),
            ));
            notices.extend(after(name.as_str(), &whom));
        } else {
            notices.push((
                BEFORE.to_owned(),
                format!(
                    "This pact has previously been successfully verified by {by}. If this verification fails, it will \
                     fail the build. {READ_PENDING}"
                ),
            ));
        }
    }
    let consumer = state.participant_by_id(entry.pact.consumer);
    if let Some(owned) = consumer.and_then(|consumer| state.access().owned(&consumer.name)) {
        for published in ["true", "false"] {
            let when = format!("after_verification:success_false_published_{published}");
            notices.push((when, format!("Whom to ask about it: {owned}.")));
        }
    }
    notices.into_iter().map(|(when, text)| VerificationNotice { when, text }).collect()
}

fn inclusion(
    state: &State,
    provider: &Participant,
    question: &Question,
    entry: &ToVerify,
    permalink: &str,
) -> String {
    let mut criteria: Vec<String> =
        entry.matches.iter().map(|found| criterion(state, provider, found)).collect();
    criteria.dedup();
    if entry.wip {
        let whom = PendingFor::new(question.provider_branch.clone(), question.provider_tags.clone());
        let by = Whom::new(&whom, &question.provider_tags).by(provider.name.as_str());
        return format!(
            "The pact at {permalink} is being verified because it is a 'work in progress' pact (ie. it is the pact for \
             the {} and it has not yet been successfully verified by {by} when the pact's application version was \
             explicitly specified in the consumer version selectors). Read more at https://docs.pact.io/go/wip",
            criteria.join(" and ")
        );
    }
    let (versions, criterion) =
        if criteria.len() == 1 { ("version", "criterion") } else { ("versions", "criteria") };
    let list: String = criteria.iter().map(|text| format!("\n    * {text}")).collect();
    format!(
        "The pact at {permalink} is being verified because the pact content belongs to the consumer {versions} matching \
         the following {criterion}:{list}"
    )
}

/// For whom a contract is pending or not, in words.
struct Whom {
    /// `from branch 'main'`, `with tag 'dev'`, or nothing.
    which: Option<String>,
    /// ` with this tag`, where tags are spoken of.
    with_this: &'static str,
}

impl Whom {
    fn new(whom: &PendingFor, pending_tags: &[TagName]) -> Self {
        match whom {
            PendingFor::Any => Self { which: None, with_this: "" },
            PendingFor::Branch(branch) => {
                Self { which: Some(format!("from branch '{branch}'")), with_this: "" }
            }
            PendingFor::Tags(tags) => {
                let told = if pending_tags.is_empty() { tags } else { pending_tags };
                let quoted: Vec<_> = told.iter().map(|tag| format!("'{tag}'")).collect();
                let which = format!("with tag {}", quoted.join(" and "));
                Self { which: Some(which), with_this: " with this tag" }
            }
        }
    }

    fn by(&self, provider: &str) -> String {
        match &self.which {
            None => provider.to_owned(),
            Some(which) => format!("a version of {provider} {which}"),
        }
    }

    fn any(&self, provider: &str) -> String {
        match &self.which {
            None => provider.to_owned(),
            Some(which) => format!("any version of {provider} {which}"),
        }
    }
}

fn after(provider: &str, whom: &Whom) -> Vec<(String, String)> {
    let any = whom.any(provider);
    let with_this = whom.with_this;
    let when = |success: bool, published: bool| {
        format!("after_verification:success_{success}_published_{published}")
    };
    let still = format!(
        "This pact is still in pending state for {any} as a successful verification result{with_this} has not yet been \
         published"
    );
    vec![
        (
            when(true, false),
            format!(
                "This pact is still in pending state for {any} as the successful verification results{with_this} have \
                 not yet been published."
            ),
        ),
        (when(false, false), still.clone()),
        (
            when(true, true),
            format!(
                "This pact is no longer in pending state for {any}, as a successful verification result{with_this} has \
                 been published. If a verification for a version of {provider}{with_this} fails in the future, it will \
                 fail the build. {READ_PENDING}"
            ),
        ),
        (when(false, true), still),
    ]
}
