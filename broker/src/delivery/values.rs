use crate::{
    domain::webhooks::{
        context::{Context, ContractContext, NAMES},
        summary,
        template::Values,
    },
    http::{metadata::Metadata, paths::Paths},
};

/// The values for a webhook's templates: those that were recorded, with what follows from them: addresses, and words for
/// people. `event` is the name of what happened; another name is of a webhook that is tried out.
pub fn values(context: &Context, event: &str) -> Values {
    let mut values = context.values.clone();
    let (pact, result) = match &context.contract {
        Some(contract) => addresses(&context.base, contract),
        None => (format!("{}/placeholder-pact", context.base), String::new()),
    };
    values.insert("eventName".to_owned(), event.to_owned());
    // What is about no contract says so itself.
    values.entry("pactUrl".to_owned()).or_insert(pact);
    values.entry("verificationResultUrl".to_owned()).or_insert(result);
    // What was recorded by a broker that knew less.
    for name in NAMES {
        values.entry(name.to_owned()).or_default();
    }
    let (url, summary) = (event_url(&context.base, &values), summary::summary(event, &values));
    values.insert("slackText".to_owned(), summary::for_slack(&summary, &url));
    values.insert("eventSummary".to_owned(), summary);
    values.insert("eventUrl".to_owned(), url);
    values
}

/// Where more is said of what happened: the result, the contract, the version, or the broker itself.
fn event_url(base: &str, values: &Values) -> String {
    let value = |name: &str| values.get(name).filter(|value| !value.is_empty());
    if let Some(url) = value("verificationResultUrl").or_else(|| value("pactUrl")) {
        return url.clone();
    }
    match (value("pacticipantName"), value("pacticipantVersionNumber")) {
        (Some(name), Some(number)) => Paths { base: base.to_owned() }.version(name, number),
        _ => format!("{base}/"),
    }
}

/// The addresses of the content, for the consumer version, and of the result.
fn addresses(base: &str, contract: &ContractContext) -> (String, String) {
    let paths = Paths { base: base.to_owned() };
    let ContractContext { consumer, provider, version, sha, result } = contract;
    let metadata = Metadata { consumer_versions: vec![version.clone()], ..Metadata::default() };
    let pact = paths.content(provider, consumer, sha, Some(&metadata.encode()));
    let result = result.map(|number| {
        format!("{}/verification-results/{}", paths.content(provider, consumer, sha, None), number.get())
    });
    (pact, result.unwrap_or_default())
}
