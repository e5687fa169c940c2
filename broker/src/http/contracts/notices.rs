//! What a person who published is told. Clients print it; people know it.

use pactwright_core::{
    broker_api::{Notice, NoticeKind},
    json::Json,
    names::{BranchName, ParticipantName, TagName, VersionNumber},
};

use crate::{
    domain::{
        commands::{
            ChangeReason, ContentEvent, Existing, Outcome, PublishContracts, Published, PublishedContract,
        },
        queries::diff,
    },
    http::paths::Paths,
};

/// How many lines of differences are shown.
const DIFFERENCES: usize = 20;

/// What was asked for, without what the contracts say.
pub(super) struct Asked {
    pub(super) consumer: ParticipantName,
    pub(super) version: VersionNumber,
    pub(super) branch: Option<BranchName>,
    pub(super) tags: Vec<TagName>,
}

impl Asked {
    pub(super) fn of(command: &PublishContracts) -> Self {
        let PublishContracts { consumer, version, branch, tags, .. } = command;
        Self {
            consumer: consumer.clone(),
            version: version.clone(),
            branch: branch.clone(),
            tags: tags.clone(),
        }
    }
}

pub(super) fn notices(paths: &Paths, asked: &Asked, published: &Published) -> Vec<Notice> {
    let mut notices = vec![Notice::new(NoticeKind::Debug, version_text(asked, published.version))];
    if asked.branch.is_none() {
        let text =
            "  Next steps:\n    Configure the version branch to be the value of your repository branch.";
        notices.push(Notice::new(NoticeKind::Prompt, text));
    }
    for contract in &published.contracts {
        of_contract(paths, asked, contract, &mut notices);
    }
    notices
}

fn version_text(asked: &Asked, version: Existing) -> String {
    let verb = match version {
        Existing::New => "Created",
        Existing::Known => "Updated",
    };
    let tags: Vec<_> = asked.tags.iter().map(ToString::to_string).collect();
    let mut text = format!("{verb} {} version {}", asked.consumer, asked.version);
    if let Some(branch) = &asked.branch {
        text.push_str(&format!(" with branch {branch}"));
    }
    if !tags.is_empty() {
        let joint = if asked.branch.is_some() { "and" } else { "with" };
        text.push_str(&format!(" {joint} tags {}", tags.join(", ")));
    }
    text
}

fn of_contract(paths: &Paths, asked: &Asked, contract: &PublishedContract, notices: &mut Vec<Notice>) {
    let Asked { consumer, version, .. } = asked;
    let provider = &contract.provider;
    let what = format!("{consumer} version {version} and provider {provider}");
    let (kind, text) = match contract.outcome {
        Outcome::Created => (NoticeKind::Success, format!("Pact successfully published for {what}.")),
        Outcome::Unchanged => (
            NoticeKind::Success,
            format!("Pact successfully republished for {what} with no content changes."),
        ),
        Outcome::Merged => {
            (NoticeKind::Success, format!("Pact content merged with existing content for {what}."))
        }
        Outcome::Overwritten => (
            NoticeKind::Warning,
            format!(
                "Pact with changed content published over existing content for {what}. This is not recommended in \
                 normal circumstances and may indicate that you have not configured your Pact pipeline correctly. For \
                 more information see https://docs.pact.io/go/versioning"
            ),
        ),
    };
    notices.push(Notice::new(kind, text));
    let address = paths.pact(provider, consumer, version);
    notices.push(Notice::new(NoticeKind::Debug, format!("  View the published pact at {address}")));
    notices.push(Notice::new(
        NoticeKind::Debug,
        format!("  Events detected: {}", events(asked, &contract.event)),
    ));
    let webhooks = &contract.webhooks;
    notices.extend(webhooks.triggered.iter().map(|triggered| {
        let text = format!(
            "  Webhook {} triggered for event {}.\n    View logs at {}",
            triggered.webhook,
            triggered.event.name(),
            paths.webhook_logs(&triggered.trigger)
        );
        Notice::new(NoticeKind::Debug, text)
    }));
    if webhooks.any && webhooks.triggered.is_empty() {
        let text = "  No enabled webhooks found for the detected events";
        notices.push(Notice::new(NoticeKind::Debug, text));
    }
    let mut next = Vec::new();
    if !contract.provider_verifies {
        next.push(format!(
            "    * Add Pact verification tests to the {provider} build. See https://docs.pact.io/go/provider_verification"
        ));
    }
    if !webhooks.told_of_contracts {
        next.push(format!(
            "    * Configure separate {provider} pact verification build and webhook to trigger it when the pact content \
             changes. See https://docs.pact.io/go/webhooks"
        ));
    }
    if !next.is_empty() {
        notices.push(Notice::new(NoticeKind::Prompt, "  Next steps:"));
    }
    notices.extend(next.into_iter().map(|text| Notice::new(NoticeKind::Prompt, text)));
}

fn events(asked: &Asked, event: &ContentEvent) -> String {
    match event {
        ContentEvent::Republished => "contract_published".to_owned(),
        ContentEvent::Unchanged { tags } => {
            let tags: Vec<_> = tags.iter().map(ToString::to_string).collect();
            format!(
                "contract_published (pact content is the same as previous versions with tags {} and no new tags were \
                 applied)",
                tags.join(", ")
            )
        }
        ContentEvent::Changed(reasons) => {
            let reasons: Vec<_> = reasons.iter().map(|reason| reason_text(asked, reason)).collect();
            format!("contract_published, contract_content_changed ({})", reasons.join(", "))
        }
    }
}

fn reason_text(asked: &Asked, reason: &ChangeReason) -> String {
    match reason {
        ChangeReason::FirstUntagged => "first time untagged pact published".to_owned(),
        ChangeReason::SinceLastUntagged => {
            "pact content has changed since previous untagged version".to_owned()
        }
        ChangeReason::FirstTagged(tag) => {
            format!("first time any pact published for this consumer with consumer version tagged {tag}")
        }
        ChangeReason::SinceLastTagged(tag) => {
            format!("pact content has changed since the last consumer version tagged with {tag}")
        }
        ChangeReason::Modified => format!(
            "pact content modified since previous publication for {} version {}",
            asked.consumer, asked.version
        ),
    }
}

/// Where the content of two pacts differs, as far as a notice has room for it.
pub(super) fn differences(published: &Json<'_>, offered: &str) -> String {
    let Ok(offered) = Json::parse(offered.as_bytes()) else { return String::new() };
    let all = diff::differences(published, &offered);
    let mut lines: Vec<_> = all.lines().take(DIFFERENCES).collect();
    let more = all.lines().count() - lines.len();
    let rest = format!("... and {more} more lines");
    if more > 0 {
        lines.push(&rest);
    }
    format!("Differences (- published, + offered):\n{}", lines.join("\n"))
}
