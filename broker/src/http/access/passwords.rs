//! Passwords: made slow to guess, and quick to know again.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use argon2::{
    Argon2,
    password_hash::{PasswordHash as Parsed, PasswordHasher as _, PasswordVerifier as _, SaltString},
};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use tokio::sync::Semaphore;

use crate::{
    domain::access::PasswordHash,
    tokens::{NoRandomness, random},
};

/// Whether two secrets are the same. How long that takes does not tell where they differ, nor how long they are.
pub(super) fn same(one: &str, other: &str) -> bool {
    Sha256::digest(one).ct_eq(&Sha256::digest(other)).into()
}

/// What is kept of a password (argon2id with the crate's parameters: 19 MiB, two passes).
pub(super) fn hash(password: &str) -> Result<PasswordHash, NoRandomness> {
    let salt = SaltString::encode_b64(&random::<16>()?).map_err(|_| NoRandomness)?;
    let hashed = Argon2::default().hash_password(password.as_bytes(), &salt).map_err(|_| NoRandomness)?;
    Ok(PasswordHash::new(hashed.to_string()))
}

fn fits(hash: &str, password: &str) -> bool {
    Parsed::new(hash)
        .is_ok_and(|parsed| Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok())
}

/// How many passwords are checked at once: each takes 19 MiB.
const AT_ONCE: usize = 2;
/// How many may wait for that: longer than this takes, nobody waits.
const MOST_WAITING: usize = 32;
/// How many are known again without being checked.
const MOST_KNOWN: usize = 10_000;

/// Checks passwords. One that was right once is known again by a digest with a key that no other process has, so that a
/// client that logs in with every request costs little.
pub(super) struct Passwords {
    /// Without one, nothing is known again.
    key: Option<[u8; 32]>,
    known: Mutex<HashMap<String, [u8; 32]>>,
    places: Arc<Semaphore>,
    queue: Semaphore,
    /// What passwords of users that do not exist are compared with, so that it takes as long.
    nobody: PasswordHash,
}

impl Passwords {
    pub(super) fn new() -> Self {
        let nobody = PasswordHash::new(
            "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
                .to_owned(),
        );
        let known = Mutex::new(HashMap::new());
        Self {
            key: random().ok(),
            known,
            places: Arc::new(Semaphore::new(AT_ONCE)),
            queue: Semaphore::new(MOST_WAITING),
            nobody,
        }
    }

    /// Whether a password is the one of a user, who may not exist. Passwords wait for their turn; whether one may still be
    /// tried is asked when it comes, so that many that are sent at once are not tried all. Where too many wait, nothing is
    /// checked: whoever sends passwords keeps nobody waiting who has a token.
    pub(super) async fn check<E>(
        &self,
        user: &str,
        hash: Option<&PasswordHash>,
        password: String,
        may_try: impl FnOnce() -> Result<(), E>,
        too_many: impl FnOnce() -> E,
    ) -> Result<bool, E> {
        let proof = self.key.map(|key| {
            let hash = hash.unwrap_or(&self.nobody).reveal();
            let mut digest = Sha256::new();
            digest.update(key);
            digest.update(Sha256::digest(hash));
            digest.update(Sha256::digest(&password));
            <[u8; 32]>::from(digest.finalize())
        });
        let is_known = |known: &HashMap<String, [u8; 32]>| {
            let known = known.get(user).zip(proof.as_ref());
            known.is_some_and(|(known, proof)| known.ct_eq(proof).into())
        };
        if hash.is_some() && is_known(&self.known.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(true);
        }
        let Ok(_turn) = self.queue.try_acquire() else { return Err(too_many()) };
        let Ok(place) = self.places.clone().acquire_owned().await else { return Ok(false) };
        may_try()?;
        let compared = hash.unwrap_or(&self.nobody).clone();
        // Its place is taken until it is done, also when whoever asked goes away.
        let check = move || (fits(compared.reveal(), &password), drop(place)).0;
        let checked = tokio::task::spawn_blocking(check).await;
        let is_right = checked.unwrap_or(false) && hash.is_some();
        if let Some(proof) = proof.filter(|_| is_right) {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            if known.len() >= MOST_KNOWN {
                known.clear();
            }
            known.insert(user.to_owned(), proof);
        }
        Ok(is_right)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{AT_ONCE, MOST_WAITING, Passwords, hash};

    #[tokio::test]
    async fn where_too_many_wait_only_what_is_known_is_let_in() {
        let passwords = Arc::new(Passwords::new());
        let known = hash("right").unwrap();
        let check = {
            let passwords = passwords.clone();
            move |user: &'static str, password: &str, may_try| {
                let (passwords, known, password) = (passwords.clone(), known.clone(), password.to_owned());
                let known = (user == "ann").then_some(known);
                async move { passwords.check(user, known.as_ref(), password, || may_try, || "too many").await }
            }
        };
        assert_eq!(check("ann", "right", Ok(())).await, Ok(true));
        let places = passwords.places.acquire_many(u32::try_from(AT_ONCE).unwrap()).await.unwrap();
        let wait = |_| tokio::spawn(check("bob", "guess", Err("later")));
        let waiting: Vec<_> = (0..MOST_WAITING).map(wait).collect();
        while passwords.queue.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(check("bob", "guess", Ok(())).await, Err("too many"));
        assert_eq!(check("ann", "wrong", Ok(())).await, Err("too many"));
        assert_eq!(check("ann", "right", Ok(())).await, Ok(true));
        drop(places);
        for waited in waiting {
            assert_eq!(waited.await.unwrap(), Err("later"), "it is asked again when their turn comes");
        }
        assert_eq!(check("ann", "wrong", Ok(())).await, Ok(false));
    }
}
