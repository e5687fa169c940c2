use crate::{
    domain::webhooks::{
        context::{Context, ContractContext},
        template::Values,
    },
    http::{metadata::Metadata, paths::Paths},
};

/// The values for a webhook's templates: those that were recorded, with the addresses that follow from them.
pub(crate) fn values(context: &Context, event: &str) -> Values {
    let mut values = context.values.clone();
    let (pact, result) = match &context.contract {
        Some(contract) => addresses(&context.base, contract),
        None => (format!("{}/placeholder-pact", context.base), String::new()),
    };
    values.insert("eventName".to_owned(), event.to_owned());
    // What is about no contract says so itself.
    values.entry("pactUrl".to_owned()).or_insert(pact);
    values.entry("verificationResultUrl".to_owned()).or_insert(result);
    values
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
