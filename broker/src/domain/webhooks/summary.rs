//! What happened, in words for people: for chats and other places where a sentence says more than values do.

use super::template::Values;
use crate::domain::model::WebhookEvent;

/// What happened, in a sentence; where something is wrong, with whom to ask. `event` is its name: other names than those
/// of events are of a webhook that is tried out.
pub fn summary(event: &str, values: &Values) -> String {
    let value = |name: &str| values.get(name).map(String::as_str).unwrap_or_default();
    let version = |role: &str| {
        let (name, number) = (value(&format!("{role}Name")), value(&format!("{role}VersionNumber")));
        if number.is_empty() { name.to_owned() } else { format!("{name} {number}") }
    };
    let (consumer, provider) = (version("consumer"), version("provider"));
    let provider_name = value("providerName");
    let (place, reason) = (value("environmentName"), value("reason"));
    match WebhookEvent::named(event) {
        Some(WebhookEvent::ContractPublished) => {
            format!("{consumer} published its contract with {provider_name}")
        }
        Some(WebhookEvent::ContractContentChanged) => {
            format!("{consumer} published a contract with {provider_name} that says something new")
        }
        Some(WebhookEvent::ContractRequiringVerificationPublished) => {
            let why = value("providerVersionDescriptions");
            let why = if why.is_empty() { String::new() } else { format!(" ({why})") };
            format!("{consumer} published a contract that {provider}{why} was not verified against")
        }
        Some(WebhookEvent::ProviderVerificationPublished) => match value("githubVerificationStatus") {
            "success" => format!("{provider} keeps its contract with {consumer}"),
            _ => format!("{provider} does not keep its contract with {consumer}{}", owners(values)),
        },
        Some(WebhookEvent::ProviderVerificationSucceeded) => {
            format!("{provider} keeps its contract with {consumer}")
        }
        Some(WebhookEvent::ProviderVerificationFailed) => {
            format!("{provider} does not keep its contract with {consumer}{}", owners(values))
        }
        Some(WebhookEvent::DeploymentRecorded) => {
            format!("{} was deployed to {place}", version("pacticipant"))
        }
        Some(WebhookEvent::CanIDeployTurnedToNo) => {
            let who = version("pacticipant");
            format!(
                "{who} is live in {place} and could not be deployed there any more: {reason}{}",
                owners(values)
            )
        }
        Some(WebhookEvent::ContractVerificationOverdue) => {
            format!(
                "The contract of {consumer} with {provider_name} waits for a result: {reason}{}",
                owners(values)
            )
        }
        None => format!("This is a try. It would be about {consumer} and {provider}"),
    }
}

/// Whom to ask: ` (web belongs to web-team (#web); api belongs to ...)`.
fn owners(values: &Values) -> String {
    let value = |name: &str| values.get(name).map(String::as_str).unwrap_or_default();
    let mut owners = Vec::new();
    for role in ["consumer", "provider"] {
        let owner = value(&format!("{role}Owner"));
        if !owner.is_empty() {
            owners.push(format!("{} belongs to {owner}", value(&format!("{role}Name"))));
        }
    }
    if owners.is_empty() { String::new() } else { format!(" [{}]", owners.join("; ")) }
}

/// A text and a link, as Slack writes them: what somebody called something cannot mention anybody, or lead elsewhere.
pub fn for_slack(text: &str, url: &str) -> String {
    format!("{} <{}|Details>", escaped_for_slack(text), escaped_for_slack(url).replace('|', "%7C"))
}

fn escaped_for_slack(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::{for_slack, summary};
    use crate::domain::model::WebhookEvent;

    #[test]
    fn every_event_is_told_in_a_sentence() {
        let values = [
            ("consumerName", "web"),
            ("consumerVersionNumber", "1"),
            ("consumerOwner", "web-team (#web)"),
            ("providerName", "api"),
            ("providerVersionNumber", "7"),
            ("providerVersionDescriptions", "deployed in test"),
            ("pacticipantName", "api"),
            ("pacticipantVersionNumber", "7"),
            ("environmentName", "test"),
            ("githubVerificationStatus", "failure"),
            ("reason", "Because."),
        ];
        let values = values.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let told = WebhookEvent::ALL.map(|event| summary(event.name(), &values));
        let owner = " [web belongs to web-team (#web)]";
        assert_eq!(
            told,
            [
                "web 1 published its contract with api".to_owned(),
                "web 1 published a contract with api that says something new".to_owned(),
                "web 1 published a contract that api 7 (deployed in test) was not verified against"
                    .to_owned(),
                format!("api 7 does not keep its contract with web 1{owner}"),
                "api 7 keeps its contract with web 1".to_owned(),
                format!("api 7 does not keep its contract with web 1{owner}"),
                "api 7 was deployed to test".to_owned(),
                format!("api 7 is live in test and could not be deployed there any more: Because.{owner}"),
                format!("The contract of web 1 with api waits for a result: Because.{owner}"),
            ]
        );
        assert_eq!(summary("test", &values), "This is a try. It would be about web 1 and api 7");
    }

    #[test]
    fn names_mention_nobody_in_slack_and_lead_nowhere() {
        assert_eq!(
            for_slack("<!channel> & <https://evil|x>", "https://broker/a?b&c|d>"),
            "&lt;!channel&gt; &amp; &lt;https://evil|x&gt; <https://broker/a?b&amp;c%7Cd&gt;|Details>"
        );
    }
}
