//! Service tokens: how they look, and how they are known again.

use std::borrow::Cow;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::{
    Broker, Refusal,
    domain::{
        access::{Access, Asker, Grant, Role, Token, TokenDetails, TokenHash},
        commands::CreateToken,
        model::Timestamp,
    },
};

/// How a token begins, so that people and scanners for secrets know it for one.
const BEGIN: &str = "pactw_";
/// How many characters of a token are shown: the beginning, and ten random digits.
const PREFIX: usize = BEGIN.len() + 10;

/// What tokens are called that are made on the machine itself.
const OF_OPERATOR: &str = "made by the operator";

/// The system gave no random bytes.
#[derive(Debug, thiserror::Error)]
#[error("the system gives no random bytes")]
pub struct NoRandomness;

/// So many random bytes.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}

/// A new token: its text, which is told once and kept nowhere, and what is kept.
pub(crate) struct Fresh {
    pub(crate) text: String,
    pub(crate) prefix: String,
    pub(crate) hash: TokenHash,
}

/// Makes a token with 256 random bits, and a beginning that no other has.
pub(crate) fn fresh(access: &Access) -> Result<Fresh, NoRandomness> {
    loop {
        let begin: [u8; 5] = random()?;
        let prefix = format!("{BEGIN}{}", HEXLOWER.encode(&begin));
        if access.token_by_prefix(&prefix).is_none() {
            let text = format!("{prefix}_{}", URL_SAFE_NO_PAD.encode(random::<32>()?));
            let hash = hash(&text);
            return Ok(Fresh { text, prefix, hash });
        }
    }
}

fn hash(text: &str) -> TokenHash {
    TokenHash(Sha256::digest(text).into())
}

/// The token of that text.
pub(crate) fn known<'a>(access: &'a Access, text: &str) -> Option<&'a Token> {
    let token = access.token_by_prefix(text.get(..PREFIX)?)?;
    bool::from(token.details.hash.0.ct_eq(&hash(text).0)).then_some(token)
}

/// A text in which what remains of a token after its beginning is stars: somebody may put one where it does not belong.
pub(crate) fn without_tokens(text: &str) -> Cow<'_, str> {
    const STARS: &str = "**********";
    if !text.contains(BEGIN) {
        return Cow::Borrowed(text);
    }
    let mut parts = text.split(BEGIN);
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let is_of_token = |character: char| character.is_ascii_alphanumeric() || "-_".contains(character);
        let length = part.find(|character| !is_of_token(character)).unwrap_or(part.len());
        let (token, rest) = part.split_at(length);
        shown.push_str(BEGIN);
        match token.split_once('_') {
            Some((begin, _)) => shown.extend([begin, "_", STARS]),
            None => shown.push_str(token),
        }
        shown.push_str(rest);
    }
    Cow::Owned(shown)
}

/// Why no token was made.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// There are no random bytes.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// The broker refused to take note of it.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

impl Broker {
    /// Makes a token that may do everything, for whoever operates the machine: the first one, or another where nobody is
    /// left who could make it. It ends after so many days. Its text is answered here, and kept nowhere.
    ///
    /// # Errors
    /// When the system has no random bytes; when nothing can be changed.
    pub async fn make_admin_token(&self, days: u16) -> Result<String, TokenError> {
        let Fresh { text, prefix, hash } = fresh(self.state().access())?;
        let ends = |now: Timestamp| now.minus_days(-i64::from(days));
        let grants = vec![Grant::everywhere(Role::Admin)];
        let name = OF_OPERATOR.to_owned();
        let details = TokenDetails { name, prefix, hash, grants, expires_at: Some(ends(self.now())) };
        let command = CreateToken { details, has_administrator: true };
        self.submit_as(command, Asker::operator()).await?;
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::{fresh, without_tokens};
    use crate::domain::access::Access;

    #[test]
    fn of_a_token_in_a_text_only_the_beginning_remains() {
        let token = fresh(&Access::default()).unwrap();
        let stars = format!("{}_**********", token.prefix);
        for (text, expected) in [
            ("/pacticipants/web".to_owned(), "/pacticipants/web".to_owned()),
            (format!("/{}/x", token.text), format!("/{stars}/x")),
            (format!("{0},{0}", token.text), format!("{stars},{stars}")),
            ("pactw_".to_owned(), "pactw_".to_owned()),
            ("/pactw_web/é".to_owned(), "/pactw_web/é".to_owned()),
        ] {
            assert_eq!(without_tokens(&text), expected);
        }
    }
}
