//! The API of service tokens.

use http::header;
use pactwright_core::broker_api::{Link, Links};
use pactwright_core::json::Json;
use serde_json::{Value, json};

use super::{body, needs};
use crate::{
    domain::{
        access::{Token, TokenDetails, may_all},
        commands::{CreateToken, RevokeToken},
    },
    http::{
        answer::Answer,
        call::Call,
        errors::{Failure, FieldErrors},
        fields,
    },
    tokens::{Fresh, fresh},
};

/// How long a token may have to live.
const MOST_DAYS: i64 = 3650;

fn document(call: &Call, token: &Token) -> Value {
    let links = Links::new()
        .with("self", Link::to(call.paths.token(&token.id)).titled("Token"))
        .with("tokens", Link::to(call.paths.template("/access/tokens")).titled("Tokens"));
    let mut document = json!({
        "uuid": token.id,
        "name": token.details.name,
        "prefix": token.details.prefix,
        "grants": body::all_shown(&token.details.grants),
        "createdAt": token.created_at.to_wire(),
        "valid": token.is_valid_at(call.broker.now()),
        "_links": links,
    });
    let moments = [
        ("expiresAt", token.details.expires_at),
        ("revokedAt", token.revoked_at),
        ("lastUsedAt", token.last_used_at),
    ];
    for (member, moment) in moments {
        if let Some(moment) = moment {
            document[member] = json!(moment.to_wire());
        }
    }
    document
}

/// `GET /access/tokens`: those that whoever asks administers.
pub(in crate::http) async fn list(call: Call) -> Result<Answer, Failure> {
    let access = call.state.access();
    let now = call.broker.state();
    let may_see = |token: &&Token| {
        let needs = needs::of_grants(&token.details.grants);
        may_all(now.access(), &call.caller.principal, &needs).is_ok()
    };
    let tokens: Vec<_> = access.tokens().filter(may_see).map(|token| document(&call, token)).collect();
    let links = Links::new().with("self", Link::to(call.address_without_query()).titled("Tokens"));
    Answer::document(&json!({ "tokens": tokens, "_links": links }))
}

/// `GET /access/tokens/{uuid}`
pub(in crate::http) async fn read(call: Call) -> Result<Answer, Failure> {
    let token = call.state.access().token(call.uuid("uuid")?).ok_or(Failure::NotFound)?;
    Answer::document(&document(&call, token))
}

/// `POST /access/tokens`: the only answer that has the text of a token.
pub(in crate::http) async fn create(call: Call) -> Result<Answer, Failure> {
    call.require_body()?;
    let object = call.object()?;
    let mut errors = FieldErrors::default();
    let name = fields::line(&object, "name", &mut errors).flatten();
    let name = name.filter(|name| !name.trim().is_empty() && name.chars().count() <= 255);
    if errors.is_empty() && name.is_none() {
        errors.add("name", "must be a text of 1 to 255 characters, which says what the token is for");
    }
    let grants = body::grants(&object, &mut errors).unwrap_or_default();
    if errors.is_empty() && grants.is_empty() {
        errors.add("grants", "is missing: a token that may do nothing is of no use");
    }
    let days = match object.get("expiresInDays") {
        None | Some(Json::Null) => None,
        Some(days) => {
            let days = days.as_u64().and_then(|days| i64::try_from(days).ok());
            let days = days.filter(|days| (1..=MOST_DAYS).contains(days));
            if days.is_none() {
                errors.add("expiresInDays", format!("must be a whole number from 1 to {MOST_DAYS}"));
            }
            days
        }
    };
    errors.check()?;
    let call = call.needing(needs::of_grants(&grants))?;
    let Fresh { text, prefix, hash } =
        fresh(call.broker.state().access()).map_err(|error| Failure::internal(&error))?;
    let expires_at = days.map(|days| call.broker.now().minus_days(-days));
    let details = TokenDetails { name: name.unwrap_or_default(), prefix, hash, grants, expires_at };
    let has_administrator = call.broker.config().access.names_administrator();
    let done = call.submit(CreateToken { details, has_administrator }).await?;
    let created = done.state.access().token(done.answer).ok_or(Failure::NotFound)?;
    let mut document = document(&call, created);
    document["token"] = json!(text);
    let answer = Answer::document(&document)?.created(call.paths.token(&done.answer));
    Ok(answer.header(header::CACHE_CONTROL, "no-store"))
}

/// `DELETE /access/tokens/{uuid}`: it is revoked; that it was there stays on record.
pub(in crate::http) async fn revoke(call: Call) -> Result<Answer, Failure> {
    call.submit(RevokeToken { token: call.uuid("uuid")? }).await?;
    Ok(Answer::no_content())
}
