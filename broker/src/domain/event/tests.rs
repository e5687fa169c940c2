use super::Commit;

/// What is in logs already. None of it may ever be read otherwise.
const WRITTEN: [&str; 5] = [
    r#"{"at":"2026-01-31T12:00:00.000001Z","events":[{"type":"WebhookCreated","webhook":"0123456789abcdef","enabled":true,"events":["contract_published"],"request":{"method":"POST","url":"https://ci.example.org","password":{"plain":"p"}}}]}"#,
    r#"{"at":"2026-01-31T12:00:00.000001Z","events":[{"type":"WebhookCreated","webhook":"0123456789abcdef","enabled":true,"events":["deployment_recorded","can_i_deploy_turned_to_no","contract_verification_overdue"],"request":{"method":"POST","url":"https://ci.example.org","password":{"sealed":{"key":"0123456789abcdef","text":"AAAA"}}}}]}"#,
    r#"{"at":"2026-01-31T12:00:00.000001Z","events":[{"type":"WebhookSecretsSealed","webhook":"0123456789abcdef","since":"2026-01-31T12:00:00Z","request":{"method":"POST","url":"https://ci.example.org","headers":[{"name":"x-token","value":{"sealed":{"key":"0123456789abcdef","text":"AAAA"}}}]}}]}"#,
    r#"{"at":"2026-01-31T12:00:00.000001Z","events":[{"type":"WebhookRetried","trigger":"00000000-0000-0000-0000-000000000001"}]}"#,
    r#"{"at":"2026-01-31T12:00:00.000001Z","events":[{"type":"VerificationOverdue","consumer":"web","provider":"api","sha":"4c3c2ee06d3f4f5d8c1a2b3c4d5e6f7081920a1b"}]}"#,
];

#[test]
fn what_was_written_is_read_and_would_be_written_the_same() {
    for text in WRITTEN {
        let commit: Commit = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&commit).unwrap(), text);
    }
}
