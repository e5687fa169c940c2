use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use http::{HeaderMap, Method, StatusCode, header, request::Parts};
use uuid::Uuid;

use super::{
    Challenge,
    credentials::{Credentials, remote_address},
    here::elsewhere,
    needs::Needs,
    oidc::{self, Oidc},
    passwords::{Passwords, same},
};
use crate::{
    Broker,
    config::AccessConfig,
    domain::{
        access::{
            Access, Backoff, BackoffSource, Denied, Identity, Need, Permission, Principal, Rate, RateSource,
            Rates, Role, may_all,
        },
        commands::NoteTokenUse,
        model::Timestamp,
    },
    http::{
        base_url::{base_url, host},
        cors,
        errors::Failure,
    },
    tokens,
};

/// Whoever asks.
#[derive(Debug, Clone)]
pub(in crate::http) struct Caller {
    pub(in crate::http) principal: Principal,
    pub(in crate::http) from: Option<IpAddr>,
}

impl Caller {
    /// Whether all of that is allowed.
    pub(in crate::http) fn check(&self, access: &Access, needs: &[Need]) -> Result<(), Failure> {
        may_all(access, &self.principal, needs).map_err(|denied| self.refusal(denied))
    }

    /// Where it would help to be somebody else, that is asked for.
    fn refusal(&self, denied: Box<Denied>) -> Failure {
        match self.principal.identity {
            Identity::Anyone => Failure::Unauthorised(Challenge::Missing),
            Identity::Configured { .. } => Failure::Unauthorised(Challenge::ReadOnly),
            _ => Failure::Denied(denied),
        }
    }
}

/// Whether a browser says that another site's page makes it ask. To addresses that are not secure it says from which page it
/// comes only.
fn is_of_another_page(headers: &HeaderMap, base: impl FnOnce() -> String) -> bool {
    match headers.get("sec-fetch-site") {
        Some(site) => site == "cross-site" || site == "same-site",
        None => headers.get(header::ORIGIN).is_some_and(|origin| {
            !origin.to_str().is_ok_and(|origin| host(origin).eq_ignore_ascii_case(host(&base())))
        }),
    }
}

/// When whoever sends a password while too many are looked at should come again.
const BUSY_PAUSE: Duration = Duration::from_secs(2);
/// How often the use of a token is put on record: once a day.
const NOTE_EVERY_DAYS: i64 = 1;

/// Finds out who is asking.
pub(in crate::http) struct Gate {
    passwords: Passwords,
    oidc: Option<Oidc>,
    backoff: Mutex<Backoff>,
    rates: Mutex<Rates>,
    /// When the use of tokens was put on record by this process.
    noted: Mutex<HashMap<Uuid, Timestamp>>,
}

impl Gate {
    pub(in crate::http) fn new(settings: &AccessConfig) -> Self {
        let oidc = &settings.oidc;
        let oidc = oidc.issuer.is_some().then(|| Oidc::new(oidc.clone()));
        Self {
            passwords: Passwords::new(),
            oidc,
            backoff: Mutex::default(),
            rates: Mutex::default(),
            noted: Mutex::default(),
        }
    }

    /// Who sends a request for something with these needs. It is counted.
    pub(in crate::http) async fn caller(
        &self,
        broker: &Broker,
        parts: &Parts,
        needs: Needs,
    ) -> Result<Caller, Failure> {
        let from = remote_address(&parts.extensions, &parts.headers, &broker.config().access.trusted_proxies);
        let found = self.identify(broker, from, parts, needs).await;
        // Whether the broker is there is asked again and again, by those who have to know it.
        if !needs.is_public() {
            let source = match &found {
                Ok(principal) => RateSource::of(&principal.identity, from),
                Err(_) => Some(RateSource::anonymous(from)),
            };
            source.map_or(Ok(()), |source| self.count(broker, source))?;
        }
        found.map(|principal| Caller { principal, from })
    }

    /// Counts a request.
    fn count(&self, broker: &Broker, source: RateSource) -> Result<(), Failure> {
        let settings = &broker.config().rate;
        let rate = match source {
            RateSource::Address(_) => {
                Rate { per_minute: settings.anonymous_per_minute, burst: settings.anonymous_burst }
            }
            _ => Rate { per_minute: settings.per_minute, burst: settings.burst },
        };
        let mut rates = self.rates.lock().unwrap_or_else(PoisonError::into_inner);
        rates.take(source, rate, broker.now()).map_err(|pause| {
            broker.telemetry().held_back();
            Failure::TooManyRequests(pause)
        })
    }

    async fn identify(
        &self,
        broker: &Broker,
        from: Option<IpAddr>,
        parts: &Parts,
        needs: Needs,
    ) -> Result<Principal, Failure> {
        let Parts { method, uri, headers, extensions, .. } = parts;
        let settings = &broker.config().access;
        let changes =
            !needs.permission.only_reads() || matches!(*method, Method::PUT | Method::PATCH | Method::DELETE);
        // A browser sends what a person once gave it, and reaches what nobody else can, with whatever another page makes
        // it send.
        let base = || base_url(broker.config(), headers, uri, extensions);
        let is_foreign = changes && is_of_another_page(headers, base);
        let is_named = || cors::allowed(&broker.config().http.cors_origins, headers).is_some();
        let by_another_page = || {
            let why = "This was sent by a page of another site, in the name of whoever looks at it.";
            Failure::Told(StatusCode::FORBIDDEN, why.to_owned())
        };
        if !broker.asks_who_calls() {
            if is_foreign && !is_named() {
                return Err(by_another_page());
            }
            if !settings.allow_anyone
                && !needs.is_public()
                && let Some(elsewhere) = elsewhere(broker.config(), extensions, uri, headers)
            {
                return Err(Failure::Told(StatusCode::FORBIDDEN, elsewhere.to_string()));
            }
            return Ok(Principal::everywhere(Identity::Anyone, Role::Admin));
        }
        // Whoever is let in by these is let in with a wrong password too: monitors send what they have.
        let is_public = needs.is_public()
            || match needs.permission {
                Permission::Heartbeat => settings.public_heartbeat,
                Permission::Badge => settings.public_badges,
                _ => false,
            };
        if is_public {
            return Ok(Principal::reader());
        }
        match Credentials::of(headers) {
            Credentials::None if settings.public_read => Ok(Principal::reader()),
            Credentials::None => Err(Failure::Unauthorised(Challenge::Missing)),
            Credentials::Unknown => Err(Failure::Unauthorised(Challenge::Unknown)),
            // Whatever page it is: what a browser keeps is not for it to use.
            Credentials::Basic { .. } if is_foreign => Err(by_another_page()),
            Credentials::Basic { user, password } => self.by_password(broker, from, user, password).await,
            Credentials::Bearer(text) => self.by_token(broker, &text).await,
        }
    }

    async fn by_password(
        &self,
        broker: &Broker,
        from: Option<IpAddr>,
        user: String,
        password: String,
    ) -> Result<Principal, Failure> {
        let login = BackoffSource::login(from, &user);
        let address = from.map(BackoffSource::address);
        let may_try = || {
            let backoff = self.backoff.lock().unwrap_or_else(PoisonError::into_inner);
            let now = broker.now();
            let pause = address.iter().chain([&login]).filter_map(|source| backoff.pause(source, now)).max();
            pause.map_or(Ok(()), |pause| Err(Failure::TooManyAttempts(pause)))
        };
        may_try()?;
        let found = self.user(broker, &user, password, may_try).await?;
        let mut backoff = self.backoff.lock().unwrap_or_else(PoisonError::into_inner);
        match found {
            Some(principal) => {
                backoff.succeeded(&login);
                Ok(principal)
            }
            None => {
                let now = broker.now();
                backoff.failed(login, now);
                if let Some(address) = address {
                    backoff.failed(address, now);
                }
                Err(Failure::Unauthorised(Challenge::WrongPassword))
            }
        }
    }

    async fn user(
        &self,
        broker: &Broker,
        user: &str,
        password: String,
        may_try: impl FnOnce() -> Result<(), Failure>,
    ) -> Result<Option<Principal>, Failure> {
        let settings = &broker.config().access;
        let mut found = None;
        // Both are compared, whichever is right.
        for (login, read_only) in [(settings.read_only(), true), (settings.read_write(), false)] {
            let Some((name, known)) = login else { continue };
            let (user_fits, password_fits) = (same(name, user), same(known.reveal(), &password));
            if user_fits & password_fits {
                let identity = Identity::Configured { name: name.to_owned(), read_only };
                let role = if read_only { Role::Viewer } else { Role::Admin };
                found = Some(Principal::everywhere(identity, role));
            }
        }
        if found.is_some() {
            return Ok(found);
        }
        let state = broker.state();
        if state.access().users().next().is_none() {
            return Ok(None);
        }
        let known = state.access().user(user);
        let hash = known.and_then(|known| known.details.password.as_ref());
        let too_many = || Failure::TooManyAttempts(BUSY_PAUSE);
        let is_right = self.passwords.check(user, hash, password, may_try, too_many).await?;
        Ok(known.filter(|_| is_right).map(|known| {
            Principal::new(Identity::User { name: known.name.clone() }, known.details.grants.clone())
        }))
    }

    /// Tokens cannot be guessed, so there is no pause for those who have a right one, whatever others do from there.
    async fn by_token(&self, broker: &Broker, text: &str) -> Result<Principal, Failure> {
        let settings = &broker.config().access;
        if settings.admin_token.as_ref().is_some_and(|known| same(known.reveal(), text)) {
            return Ok(Principal::everywhere(Identity::AdminToken, Role::Admin));
        }
        if let Some(oidc) = self.oidc.as_ref().filter(|_| oidc::looks_like(text)) {
            return oidc
                .person(text)
                .await
                .map_err(|why| Failure::Unauthorised(Challenge::InvalidToken(why)));
        }
        let state = broker.state();
        let Some(token) = tokens::known(state.access(), text) else {
            return Err(Failure::Unauthorised(Challenge::UnknownToken));
        };
        let now = broker.now();
        if token.revoked_at.is_some() {
            return Err(Failure::Unauthorised(Challenge::RevokedToken));
        }
        if !token.is_valid_at(now) {
            return Err(Failure::Unauthorised(Challenge::ExpiredToken));
        }
        self.note(broker, token.id, token.last_used_at, now).await;
        let details = &token.details;
        let (name, prefix) = (details.name.clone(), details.prefix.clone());
        Ok(Principal::new(Identity::Token { token: token.id, name, prefix }, details.grants.clone()))
    }

    /// Puts it on record that a token was used, where that was long ago: once a day somebody waits for it.
    async fn note(&self, broker: &Broker, token: Uuid, recorded: Option<Timestamp>, now: Timestamp) {
        let long_ago = now.minus_days(NOTE_EVERY_DAYS);
        if recorded.is_some_and(|last| long_ago < last) {
            return;
        }
        {
            let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
            if noted.get(&token).is_some_and(|last| long_ago < *last) {
                return;
            }
            noted.retain(|_, last| long_ago < *last);
            noted.insert(token, now);
        }
        if let Err(error) = broker.submit(NoteTokenUse { token }).await {
            tracing::debug!(%error, "the use of a token could not be put on record");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use http::Request;

    use super::{Gate, Needs};
    use crate::{
        Broker, Config,
        http::access::{Peer, needs},
        store::MemoryStore,
    };

    #[tokio::test]
    async fn a_broker_that_asks_nobody_does_nothing_for_other_machines() {
        let answered = async |config: &Config, address: &str, needs: Needs| {
            let broker = Broker::open(Arc::new(MemoryStore::new()), config.clone()).unwrap();
            let (mut parts, ()) = Request::new(()).into_parts();
            parts.extensions.insert(Peer(address.parse().unwrap()));
            let gate = Gate::new(&config.access);
            gate.caller(&broker, &parts, needs).await.is_ok()
        };
        let mut config = Config::default();
        for here in ["127.0.0.1", "127.9.9.9", "::1"] {
            assert!(answered(&config, here, needs::OPERATE).await, "{here}");
        }
        for elsewhere in ["192.0.2.1", "10.0.0.1", "2001:db8::1"] {
            assert!(!answered(&config, elsewhere, needs::READ).await, "{elsewhere}");
            assert!(
                answered(&config, elsewhere, needs::PUBLIC).await,
                "that it lives is no secret: {elsewhere}"
            );
        }
        config.access.allow_anyone = true;
        assert!(answered(&config, "192.0.2.1", needs::OPERATE).await);
    }
}
