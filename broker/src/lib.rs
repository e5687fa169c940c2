//! A broker for Pact contracts: it remembers which versions of which applications ask what of each other, who was
//! verified against what, and what is deployed where; and it answers whether a version can be deployed.
//!
//! It speaks the HTTP API of the Pact Broker, so that existing clients, verifiers and scripts work with it.
//!
//! # Use
//!
//! ```no_run
//! use std::{path::Path, sync::Arc};
//! use pactwright_broker::{Broker, Config, http, store::SledStore};
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let store = Arc::new(SledStore::open(Path::new("data"))?);
//! let broker = Broker::open(store, Config::default())?;
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:9292").await?;
//! http::serve(broker, listener, std::future::pending()).await;
//! # Ok(())
//! # }
//! ```
//!
//! Tests take [`store::MemoryStore`] and port 0, or call [`http::router`] without a socket.
//!
//! # Shape
//!
//! A state machine over a durable log:
//!
//! ```text
//! request -> command -> decide(state, command) -> events -> log (durable) -> state -> answer
//! query   -> state -> pure function -> answer
//! ```
//!
//! - [`domain`] is pure: [`domain::event`] is every fact that can be recorded, [`domain::state`] what the facts say,
//!   [`domain::commands`] what can be asked to change, [`domain::queries`] what can be asked.
//! - The writer takes commands one after the other and makes whatever waits durable at once; nothing is acknowledged
//!   before. What one command changed is one record of the log, so it is there whole or not at all.
//! - Readers hold a state that does not change under them; they wait neither for writers nor for a disk, except for the
//!   texts of contracts, which lie beside the log under their digests.
//! - Now and then the state is kept as a snapshot, so that a start reads only the log behind it. A snapshot that is
//!   damaged, of another version or of another log is not used; [`check`] says what is wrong with what is kept.
//! - What webhooks have to be told is recorded with what it is about; [`delivery`] sends it, and every attempt is a fact
//!   too. Nothing that is owed is lost by a restart, and whatever is sent again says so by its `Idempotency-Key`.
//! - [`housekeeping`] removes what nobody needs, and forgets what is gone, while everybody goes on working.
//! - [`store`] is a small trait with an in-memory and a sled implementation.
//! - [`http`] is a table of routes over all that.
//! - [`backup`], [`export`] and [`import`] take everything elsewhere; `operator` (on Unix) is how commands on the same
//!   machine ask a running broker for that.
//!
//! # Operating it
//!
//! - **Settings** ([`config`]) are one table, for a file, the environment and flags; `pactwright broker config` prints it.
//! - **Limits** are settings: body, levels of JSON, page size, connections, requests at once, changes that wait, and each
//!   wait (head, body, whole request, a client that does not read). Who comes when too many wait gets 503 with
//!   `Retry-After`; who watches the broker is always answered.
//! - **TLS** ([`http::Tls`], [`http::serve_tls`]): 1.2 and 1.3, by a certificate whose files are looked at again and again; what
//!   changes is shown to new connections, what is broken is not. Browsers are told to come by nothing else
//!   (`Strict-Transport-Security`), and links in answers begin with `https`.
//! - **HTTP/2**, by TLS, or without where a client knows that it can. Requests are counted whatever they come on; a
//!   connection on which nothing goes on ends as one of HTTP/1 does.
//! - **Rates** ([`config::RateConfig`]): so many requests a minute for each token, user or person, and, if that is set, for each
//!   address that does not say who asks.
//! - **Browsers** are told that pages run nothing, are framed by nobody and ask nobody; that only badges are for pages of
//!   others; and that no script of another site sees an answer, unless `http.cors_origins` has its site.
//! - **Health**: `/health/live`; `/health/ready` is 503 with the reasons where the broker stops or its store failed. Told
//!   to stop, it says so first, and goes on for [`config::HttpConfig::drain`].
//! - **Measures**: `/metrics/prometheus`, as OpenMetrics or in the older text form. Labels are routes, never paths or names.
//! - **The log** is `tracing`: one span for each request with its `X-Request-Id`, method and trace (`traceparent`), one line
//!   at `info` with route, status and time. Names of applications are in it at `debug` only, secrets never.
//! - **OpenTelemetry**: with the feature `otel`, spans know their parents, so that whoever adds a layer of
//!   `tracing-opentelemetry` exports them. Nothing is sent anywhere by this crate itself.
//!
//! # More than the original
//!
//! - **Ranges of semantic versions** select: `{"versionRange": ">=1.4, <2"}` as a consumer version selector, with
//!   `"latest": true` the greatest in it; `q[][versionRange]=...` in the matrix. `PACT_BROKER_ORDER_VERSIONS_BY_DATE=false`
//!   orders all versions by their numbers. See [`domain::model::VersionRange`] for what is in a range.
//! - **A description of the API** at `/openapi.json`, made from the table of routes and held to it by tests, and as a page
//!   at `/openapi`. Every refusal has a body that says what is wrong; the original has none for methods and media types.
//! - **Results of single interactions**: what verifiers send as `testResults` is told per interaction below each result
//!   (`.../verification-results/{number}/interactions`): which failed, with what, since which provider version. Rows of the
//!   matrix have `failedInteractions`, and reasons name them.
//! - **As of**: `?asOf=2026-01-31T12:00:00Z` on any `GET`, and on the question which contracts are to be verified, answers
//!   what was true then; the clock stands at that moment. What would change something is refused with it. A few moments
//!   are looked up at once; others get 503 with `Retry-After`.
//! - **The audit trail**: `GET /events` gives what was changed, oldest first, by `type`, `pacticipant`, `since` and `until`.
//!   By `pacticipant` there are the changes that name one: the end of a deployment or of support, and what is removed by
//!   its number, do not.
//!
//! - **Webhooks that arrive**: retries with a random part and as long a pause as the receiver asks for (`Retry-After`), a
//!   timeout that can be set, requests signed with the webhook's `signingSecret` (see [`domain::webhooks::signature`]), at
//!   most a few at a time to one receiver, redirects with the same method and body. Addresses of this machine and of
//!   local networks are refused where the connection is made (see [`domain::webhooks::egress`]).
//!   `/webhooks/provider/{provider}/status` and `/webhooks/consumer/{consumer}/status` say how it stands with everybody.
//! - **Dead letters**: what was given up is listed at `/webhooks/dead-letters` (by `webhook`, `consumer`, `provider`, `event`);
//!   `POST /triggered-webhooks/{uuid}/retry` and `POST /webhooks/{uuid}/retry` have it tried again: about the same, under the
//!   same `Idempotency-Key`, by the webhook as it is now, because what was wrong with it was put right since.
//!   The house-keeping removes them as it does everything that webhooks were told (`clean_up.deliveries`).
//! - **Secrets of webhooks are sealed** where there is a key (`PACTWRIGHT_SECRET_KEY`, or a file that
//!   `PACTWRIGHT_SECRET_KEY_FILE` names: 32 bytes in base 64, several between white space): passwords, signing secrets and
//!   headers that are shown as stars. The first key seals, all of them open; what was sealed with another one, or not at all,
//!   is sealed anew at the start. What was written to the log before stays there until it is older than the history that a
//!   compaction keeps (`pactwright broker compact --history 0d` keeps none). What cannot be read, because its key is
//!   missing, is not sent, but tried again as what a receiver did not take; given up, it is a dead letter that names the
//!   webhook and the key. Addresses, user names and bodies are **not** sealed, as they are shown, too: what is secret there
//!   stands there as `${secret.name}` and is in the request's `secrets`. See [`domain::webhooks::vault`].
//! - **More to say**: `${pactbroker.eventSummary}` (what happened, in a sentence), `${pactbroker.eventUrl}` (a link that every
//!   event has), `${pactbroker.slackText}` (both, with everything escaped that Slack reads),
//!   `${pactbroker.consumerOwner}` and `${pactbroker.providerOwner}` (the team, and whom to ask). What does not apply to an
//!   event is empty ([`domain::webhooks::context::NAMES`]).
//! - **More events for webhooks**: `deployment_recorded` (whoever was deployed is `${pactbroker.pacticipantName}`, also
//!   `${pactbroker.consumerName}`; `${pactbroker.environmentName}`), `can_i_deploy_turned_to_no` (a version that is live in an
//!   environment could be deployed there until now; `${pactbroker.reason}` says why not; told once, until it is a yes again) and
//!   `contract_verification_overdue` (a contract that is the latest, of the main branch or live has no result after
//!   `PACTWRIGHT_WEBHOOK_UNVERIFIED_HOURS`, 24 where nothing is set; told once for each content). The links of the last begin
//!   with `PACT_BROKER_BASE_URL`, because nobody's request is there that says how the broker is known.
//! - **A proxy for webhooks** is used only where `PACTWRIGHT_WEBHOOK_PROXY` names one. The proxy then makes the connection: where
//!   names lead is looked at before, but the proxy may see it otherwise.
//!
//!
//! - **Who may do what**: users, service tokens and people that an identity provider vouches for, with roles in teams;
//!   participants and environments belong to teams, at first to whoever published, verified or created them; a team's token
//!   cannot speak for another team. See [`domain::access`] for the rules, and `/access/...` in the description of the API.
//!   Every change says who made it, with which token, from where (`GET /events`). What fails names whom to ask.
//! - **Moving in and out**: backups while the broker works, restored as of any moment; exports as JSON lines; imports of
//!   exports, and of everything that another Pact Broker tells over its API.
//! - **House-keeping that says why**: `POST /clean-up` (with `dryRun`), `pactwright broker clean-up` and a time table
//!   remove versions that no rule keeps, and say of each other version why it stays. Compaction makes the log shorter
//!   while the broker works; what was removed stays in the audit trail as removed.
//!
//! # COMPATIBILITY
//!
//! The reference is Pact Broker 2.120.0. On purpose it is otherwise here:
//!
//! - **Several versions live in one environment** each have to be verified, however the question is put (`latestby=cvp`
//!   too); one that was never verified is "unknown", and has a row. The original can say yes.
//! - **The limit of rows** (100) is for looking at history. It does not cut what a verdict rests on, where
//!   `latestby`, an environment, a tag or the main branch to go to is given; the original can say yes because what fails
//!   was cut off. Where any version of a consumer is meant, it says how many of its newest contracts are looked at.
//! - **Pages** have at most 1,000 entries: whoever asks for more gets these, and is told so in `page.size`, so that
//!   scripts that ask for everything at once go on working as long as they follow the links. Lists that are given whole
//!   where no page is asked for (pacts, what is deployed and released) are given up to 10,000 entries, then there is a
//!   link to the next page. Links to other pages keep the question. A matrix has at most 10,000 rows of history;
//!   `/matrix/provider/{provider}/consumer/{consumer}` takes the same `limit` (100 where nothing is said) and shows the
//!   last of its history.
//! - **A selector of the matrix** says one thing: a version, a range, a tag, a branch, the main branch or an environment.
//!   Several together are refused with 400.
//! - **Contracts of one publication** with the same provider are merged with each other where that is asked, and refused
//!   (409) where they say different things and contracts must not be changed.
//! - **`fallbackBranch`** is used; the original accepts and ignores it.
//! - **Merging**: the result has the digest of the merged content, not of the increment; it is allowed while
//!   modification is not, as `PATCH` is in the original; messages are merged with messages; different requests under one
//!   description and state are a conflict (409) in both forms.
//! - **An empty list of contracts** is refused with 400.
//! - **The `Location` of a created participant** is right.
//! - **Bulk deletion of branches** is done when it is answered, not scheduled.
//! - **Blank names** (white space only) are refused everywhere, tags and branches in paths included.
//! - **Names** have at most 255 characters, none of them control characters: they are shown in terminals.
//! - **Overwritten revisions** are in the log, and in no list of contracts; they are counted in the metrics.
//! - **Badges** are drawn here, so that no other host learns the names of applications. With
//!   `PACT_BROKER_SHIELDS_IO_BASE_URL` set, clients are sent there, as the original does.
//! - **The difference to a given version** (`diff/version/...`) is to that version; the original compares with the
//!   previous distinct one. Interactions are compared with those that are about the same, not by their place.
//! - **Provider states of an environment** are found by its UUID too.
//! - **The tags of a pact in the extended form** are all tags of its version; the original gives none.
//! - **Every link follows the base address**; the original builds some from the request.
//! - **Names in any case** (`PACT_BROKER_USE_CASE_SENSITIVE_RESOURCE_NAMES=false`) are put right in paths, in questions and
//!   when contracts are published, so that links have the known names.
//! - **Unknown counts before failed** in a verdict, as in the original: clients wait while it is unknown. What failed
//!   already is in the reasons.
//! - **The latest result for a tag** that no version has is none (404); the original gives the latest result of all.
//! - **What is said about a consumer version** names a provider once, with its latest result; the original names it once
//!   for each consumer version with the same content, and takes an old failure for a present one.
//! - **Bulk deletion never removes the main branch**; the original does when `exclude` is no list.
//! - **Names in any script** can be tags in paths; the original fails.
//! - **Flags in questions** (`latest`, `mainBranch`) other than `true` and `false` are refused with 400: taken for `false`
//!   they would be another question than was meant.
//! - **Bytes in a path that are no UTF-8** are refused with 400, a `%` that escapes nothing with 404.
//! - **Refusals have a body**: 405, 406 and 415 say what is possible; the original says nothing.
//! - **An extension in a path** (`.json`) is taken off for reading only; what is written keeps its whole name.
//! - **No environments and no example data** are there at the beginning: what was not recorded is not known.
//! - **Webhooks** are told at once, not after five seconds; they are not cut off by a restart; they follow redirects; they
//!   do not go to addresses that are not public unless `PACT_BROKER_WEBHOOK_HOST_WHITELIST` has the host's very name or
//!   its network, or `PACTWRIGHT_WEBHOOK_ALLOWED_NETWORKS` its network. What is owed is sent as it was recorded, even if
//!   the webhook was changed since; one that was disabled or removed is told nothing more. Bodies have the type that they
//!   are of. The address in `${pactbroker.pactUrl}` does not mark results as work in progress.
//! - **Secrets of webhooks** are stars everywhere, in logs too, also with `PACT_BROKER_WEBHOOK_REDACT_SENSITIVE_DATA=false`;
//!   more names of headers count as secret. Stars that are sent back keep the secret only where the receiver stays the
//!   same.
//! - **Stars for a secret that was never given** are refused; the original keeps the stars as the secret.
//! - **Webhooks are tried out** without leaving a trace, and at most eight at once: more are refused with 503.
//! - **What a webhook may have** is bounded: 256 KiB of body, 8 KiB of everything else.
//! - **Pages for people** are the documents of the API as HTML, dashboard and matrix as tables. What does not exist is
//!   404, as it is for programs. There is no separate browser for HAL: its address leads to the start.
//! - **Who asks**: the user names and passwords of the Pact Broker's settings work as there; what is sent beside them are
//!   tokens and users of the broker's own. Whoever may not do something is told so with 403 (401 for the configured user
//!   who may only read, as in the original). The audit trail is not for the public, also with
//!   `PACT_BROKER_ALLOW_PUBLIC_READ`. Half of a login is refused at the start. `/health/live` and `/health/ready` always
//!   answer.
//! - **A tag that is a deployment** (`PACT_BROKER_CREATE_DEPLOYED_VERSIONS_FOR_TAGS`) needs somebody who may deploy there.
//! - **Contracts can be read by whoever has any role**: no team can hide its contracts from the others yet.
//! - **Clean-up** is decided version by version when it is removed, so that what was deployed in between stays. Beside
//!   what the rules keep, it always keeps the newest contract of each pair, the latest of each main branch and of each
//!   branch and tag that keeps any version, and the first success with each contract that stays: the original can make
//!   "the latest of a branch" another one, and contracts pending again. `PACT_BROKER_DATABASE_CLEAN_ENABLED`,
//!   `_CRON_SCHEDULE` (in UTC), `_KEEP_VERSION_SELECTORS`, `_DELETION_LIMIT`, `_DRY_RUN` and `_OVERWRITTEN_DATA_MAX_AGE` are
//!   understood; `_KEEP_BRANCH_SELECTORS` is not. Of superseded results the first and the last of each outcome stay.
//! - **After a compaction**, moments before the history that is kept are refused with 410 (`asOf`): results that were
//!   removed then are not known any more.
//! - Some wording differs: text about what is wrong says more, and names no Ruby classes.
//!
//! - **Scripts of other sites** see no answer unless the settings name their origins (`http.cors_origins`); the original
//!   lets all of them. `OPTIONS` says which methods there are, as the original does.
//! - **Too many requests** of one token or user are refused with 429 and `Retry-After`; the original has no limit.
//!
//! Not there yet: settings other than those in [`config`].

pub mod backup;
mod broker;
pub mod check;
pub mod config;
pub mod delivery;
pub mod domain;
pub mod export;
mod history;
pub mod housekeeping;
pub mod http;
pub mod import;
#[cfg(unix)]
pub mod operator;
mod rebuild;
mod snapshots;
pub mod store;
mod telemetry;
mod tokens;
mod writer;

pub use broker::{Broker, NotReady, OpenError};
pub use config::Config;
pub use history::Change;
pub use rebuild::RebuildError;
pub use snapshots::UnusableSnapshot;
pub use tokens::{NoRandomness, TokenError};
pub use writer::{Done, Refusal, Source};
