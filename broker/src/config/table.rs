//! All settings: each is written down here, once, for the file, the environment, the command line and the documentation.

mod access;
mod transport;
mod webhooks;

use std::{sync::LazyLock, time::Duration};

use super::{
    Config, LogFormat,
    files::{Keys, PathOfKeys},
    form::{
        Addresses, Bytes, Choice, Filter, Form, Given, Header, List, Listen, MaybeAddress, Not, Path, Time,
        Truth, Whole,
    },
    housekeeping::{Days, KeepRules, Past, Times},
};
use crate::domain::rules::VersionOrder;

/// What is put before the names of settings in the environment.
pub(super) const OWN_PREFIX: &str = "PACTWRIGHT_";

type Set = Box<dyn Fn(&mut Config, &Given) -> bool + Send + Sync>;
type Show = Box<dyn Fn(&Config) -> Given + Send + Sync>;

/// A setting.
pub struct Setting {
    key: &'static str,
    also: &'static [&'static str],
    help: &'static str,
    expected: String,
    is_secret: bool,
    set: Set,
    show: Show,
}

impl Setting {
    /// Its name in a file, such as `http.body_limit`.
    pub fn key(&self) -> &'static str {
        self.key
    }

    /// Its names in the environment: where several are set, the first counts.
    pub fn variables(&self) -> impl Iterator<Item = String> {
        let own = format!("{OWN_PREFIX}{}", self.key.replace('.', "_").to_ascii_uppercase());
        std::iter::once(own).chain(self.also.iter().map(|name| (*name).to_owned()))
    }

    /// What it is about.
    pub fn help(&self) -> &'static str {
        self.help
    }

    /// Whether nobody is shown what it is.
    pub fn is_secret(&self) -> bool {
        self.is_secret
    }

    /// What a value looks like.
    pub fn expected(&self) -> &str {
        &self.expected
    }

    /// Whether the value was one.
    pub(super) fn set(&self, config: &mut Config, value: &Given) -> bool {
        (self.set)(config, value)
    }

    /// Its value; something else in the place of what is for nobody to see.
    pub fn value(&self, config: &Config) -> Given {
        (self.show)(config)
    }
}

/// The settings by their keys.
pub fn settings() -> &'static [Setting] {
    static TABLE: LazyLock<Vec<Setting>> = LazyLock::new(|| {
        [
            process(),
            http(),
            transport::tls(),
            transport::rate(),
            access::access(),
            access::oidc(),
            queue(),
            rules(),
            webhooks::rows(),
            housekeeping(),
        ]
        .into_iter()
        .flatten()
        .collect()
    });
    &TABLE
}

/// The setting with that key.
pub(super) fn setting(key: &str) -> Option<&'static Setting> {
    settings().iter().find(|setting| setting.key == key)
}

/// A setting: its key, its other names in the environment, how it is written, where it is kept, and what it is about.
fn row<T: 'static>(
    key: &'static str,
    also: &'static [&'static str],
    form: impl Form<T> + Copy + Send + Sync + 'static,
    field: fn(&mut Config) -> &mut T,
    help: &'static str,
) -> Setting {
    let set = move |config: &mut Config, given: &Given| match form.read(given) {
        Some(value) => {
            *field(config) = value;
            true
        }
        None => false,
    };
    // The field is reached by a reference that could change it; a copy is cheap, and asked for once.
    let show = move |config: &Config| form.write(field(&mut config.clone()));
    let (expected, is_secret) = (form.expected(), form.is_secret());
    Setting { key, also, help, expected, is_secret, set: Box::new(set), show: Box::new(show) }
}

/// A setting whose value is for nobody to see.
fn secret(setting: Setting) -> Setting {
    Setting { is_secret: true, ..setting }
}

/// Times up to an hour.
const fn up_to_an_hour(least_milliseconds: u64) -> Time {
    Time { least: Duration::from_millis(least_milliseconds), most: Duration::from_secs(3600) }
}

const COUNT: Whole = Whole { least: 1, most: 1_000_000 };
const DAYS: Whole = Whole { least: 0, most: 36_500 };

fn process() -> Vec<Setting> {
    const FORMATS: &[(&str, LogFormat)] =
        &[("text", LogFormat::Text), ("json", LogFormat::Json), ("default", LogFormat::Text)];
    vec![
        row(
            "listen",
            &["PACT_BROKER_PORT"],
            Listen,
            |config| &mut config.process.listen,
            "Where to listen: an address and a port, or a port of 127.0.0.1 alone. Port 0 picks a free one.",
        ),
        row(
            "data",
            &[],
            Path("the path of a folder"),
            |config| &mut config.process.data,
            "The folder that keeps everything.",
        ),
        row(
            "history",
            &[],
            Past,
            |config| &mut config.housekeeping.history,
            "How much of the past is kept in full when the log is made shorter.",
        ),
        secret(row(
            "secret_key",
            &[],
            Keys,
            |config| &mut config.webhooks.secret_key,
            "What the secrets of webhooks are encrypted with before they are kept. Of several, the first encrypts, and \
             all of them decrypt. Without, they are kept as they are given. A file is a better place.",
        )),
        row(
            "secret_key_file",
            &[],
            PathOfKeys,
            |config| &mut config.webhooks.secret_key_file,
            "A file with such keys, one on each line.",
        ),
        row(
            "log.filter",
            &["PACTWRIGHT_LOG", "PACT_BROKER_LOG_LEVEL"],
            Filter,
            |config| &mut config.log.filter,
            "What is logged to standard error: a level, or a filter such as \"info,pactwright_broker=debug\".",
        ),
        row(
            "log.format",
            &["PACT_BROKER_LOG_FORMAT"],
            Choice(FORMATS),
            |config| &mut config.log.format,
            "What a line of the log looks like: \"text\" or \"json\".",
        ),
    ]
}

#[expect(clippy::too_many_lines, reason = "it is a table")]
fn http() -> Vec<Setting> {
    vec![
        row(
            "http.base_urls",
            &["PACT_BROKER_BASE_URLS", "PACT_BROKER_BASE_URL"],
            Addresses,
            |config| &mut config.http.base_urls,
            "The addresses that clients know the broker by. Without, links follow the request (Host, X-Forwarded-*). \
             Of several, the one with the request's host counts, otherwise the first.",
        ),
        row(
            "http.cors_origins",
            &[],
            List("origins, such as https://ui.example.org"),
            |config| &mut config.http.cors_origins,
            "The other sites whose scripts may ask, with a token that they bring themselves. Without, browsers let none see an \
             answer.",
        ),
        row(
            "http.case_sensitive_names",
            &["PACT_BROKER_USE_CASE_SENSITIVE_RESOURCE_NAMES"],
            Not,
            |config| &mut config.http.names_in_any_case,
            "Whether a name in an address has to have the capitals that it was made with.",
        ),
        row(
            "http.body_limit",
            &[],
            Bytes { least: 1024, most: 1 << 30 },
            |config| &mut config.http.body_limit,
            "How much the body of a request may have. More is refused with 413.",
        ),
        row(
            "http.json_depth",
            &[],
            Whole { least: 10, most: 100 },
            |config| &mut config.http.json_depth,
            "How many levels JSON may have. More is refused with 400.",
        ),
        row(
            "http.page_limit",
            &[],
            Whole { least: 1, most: 100_000 },
            |config| &mut config.http.page_limit,
            "How many entries a page of a list has at most. Who asks for more gets so many.",
        ),
        row(
            "http.connections",
            &[],
            COUNT,
            |config| &mut config.http.connections,
            "How many connections are served at once. More wait in the system's queue.",
        ),
        row(
            "http.requests",
            &[],
            COUNT,
            |config| &mut config.http.requests,
            "How many requests are answered at once.",
        ),
        row(
            "http.waiting",
            &[],
            Whole { least: 0, most: 1_000_000 },
            |config| &mut config.http.waiting,
            "How many requests may wait for that. More are answered with 503 and Retry-After.",
        ),
        row(
            "http.head_timeout",
            &[],
            up_to_an_hour(10),
            |config| &mut config.http.head_timeout,
            "How long a connection is kept until the head of its next request is there, whether it is silent or slow. \
             Longer than what a load balancer before the broker keeps its connections.",
        ),
        row(
            "http.body_timeout",
            &[],
            up_to_an_hour(10),
            |config| &mut config.http.body_timeout,
            "How long a client may take to send the body of a request. Then it is refused with 408.",
        ),
        row(
            "http.request_timeout",
            &[],
            up_to_an_hour(10),
            |config| &mut config.http.request_timeout,
            "How long a request may take in all, until its answer begins. Then it is answered with 503. What it was to \
             change may be changed all the same.",
        ),
        row(
            "http.write_timeout",
            &[],
            up_to_an_hour(10),
            |config| &mut config.http.write_timeout,
            "How long a client may take nothing of its answer. Then the connection is closed; over HTTP/2, where less than \
             16 KiB is nothing, that answer is taken back, and the others go on.",
        ),
        row(
            "http.drain",
            &[],
            up_to_an_hour(0),
            |config| &mut config.http.drain,
            "How long the broker, told to stop, still takes connections while /health/ready says that it stops: so long that \
             load balancers have seen it.",
        ),
        row(
            "http.grace",
            &[],
            up_to_an_hour(0),
            |config| &mut config.http.grace,
            "How long answers that are under way may take after that.",
        ),
        row(
            "http.badge_service",
            &["PACT_BROKER_SHIELDS_IO_BASE_URL"],
            MaybeAddress,
            |config| &mut config.http.badge_service,
            "Another service that makes badges: clients are sent there, and it learns the names of applications. \
             Without, the broker draws its own.",
        ),
        row(
            "http.badge_cache_control",
            &["PACT_BROKER_BADGE_DEFAULT_CACHE_SETTING"],
            Header,
            |config| &mut config.http.badge_cache_control,
            "How long a badge of the main branch may be kept: the header Cache-Control.",
        ),
        row(
            "http.network_limit",
            &["PACT_BROKER_NETWORK_DIAGRAM_MAX_PACTICIPANTS"],
            COUNT,
            |config| &mut config.http.most_in_network,
            "How many applications the picture of a network has at most.",
        ),
    ]
}

fn queue() -> Vec<Setting> {
    vec![
        row(
            "queue.length",
            &[],
            COUNT,
            |config| &mut config.queue.length,
            "How many changes may wait until they are durable. More are answered with 503 and Retry-After.",
        ),
        row(
            "queue.batch",
            &[],
            Whole { least: 1, most: 10_000 },
            |config| &mut config.queue.batch,
            "How many changes are made durable at once.",
        ),
        row(
            "snapshot.after",
            &[],
            Whole { least: 1, most: i64::MAX },
            |config| &mut config.snapshots.changes,
            "After how many changes a snapshot is taken, so that a start does not read the whole log, ...",
        ),
        row(
            "snapshot.after_bytes",
            &[],
            Bytes { least: 1024, most: 1 << 40 },
            |config| &mut config.snapshots.bytes,
            "... or after how many bytes of changes.",
        ),
    ]
}

#[expect(clippy::too_many_lines, reason = "it is a table")]
fn rules() -> Vec<Setting> {
    const ORDERS: &[(&str, VersionOrder)] = &[
        ("date", VersionOrder::FirstSeen),
        ("number", VersionOrder::Semantic),
        // As the Pact Broker asks: whether it is the date.
        ("true", VersionOrder::FirstSeen),
        ("false", VersionOrder::Semantic),
    ];
    vec![
        row(
            "rules.allow_contract_modification",
            &["PACT_BROKER_ALLOW_DANGEROUS_CONTRACT_MODIFICATION"],
            Truth,
            |config| &mut config.rules.allow_contract_modification,
            "Whether the content of a contract that was published may be changed.",
        ),
        row(
            "rules.equality_by_meaning",
            &["PACT_BROKER_BASE_EQUALITY_ONLY_ON_CONTENT_THAT_AFFECTS_VERIFICATION_RESULTS"],
            Truth,
            |config| &mut config.rules.equality_by_meaning,
            "Whether contracts that ask the same are the same, so that their results count for each other. If not, every \
             byte counts.",
        ),
        row(
            "rules.check_for_duplicate_names",
            &["PACT_BROKER_CHECK_FOR_POTENTIAL_DUPLICATE_PACTICIPANT_NAMES"],
            Truth,
            |config| &mut config.rules.check_for_duplicate_names,
            "Whether a name that looks like another spelling of a known one is refused when it is first used.",
        ),
        row(
            "rules.detect_main_branch",
            &["PACT_BROKER_AUTO_DETECT_MAIN_BRANCH"],
            Truth,
            |config| &mut config.rules.detect_main_branch,
            "Whether the first branch of an application becomes its main branch where it has a usual name.",
        ),
        row(
            "rules.main_branch_candidates",
            &["PACT_BROKER_MAIN_BRANCH_CANDIDATES"],
            List("a list of names"),
            |config| &mut config.rules.main_branch_candidates,
            "Those usual names.",
        ),
        row(
            "rules.first_tag_is_branch",
            &["PACT_BROKER_USE_FIRST_TAG_AS_BRANCH"],
            Truth,
            |config| &mut config.rules.first_tag_is_branch,
            "Whether the first tag of a version that has no branch makes one.",
        ),
        row(
            "rules.first_tag_seconds",
            &["PACT_BROKER_USE_FIRST_TAG_AS_BRANCH_TIME_LIMIT"],
            Whole { least: 0, most: 86_400 },
            |config| &mut config.rules.first_tag_time_limit_seconds,
            "For how many seconds after the version was made.",
        ),
        row(
            "rules.tags_are_deployments",
            &["PACT_BROKER_CREATE_DEPLOYED_VERSIONS_FOR_TAGS"],
            Truth,
            |config| &mut config.rules.tags_are_deployments,
            "Whether a tag with the name of an environment records a deployment to it.",
        ),
        row(
            "rules.order_versions_by",
            &["PACT_BROKER_ORDER_VERSIONS_BY_DATE"],
            Choice(ORDERS),
            |config| &mut config.rules.order,
            "Which version is the latest: by \"date\" the one that was first seen last, by \"number\" the one with the \
             highest semantic version.",
        ),
        row(
            "rules.wip_lookback_days",
            &["PACT_BROKER_VERIFIED_BY_OTHER_BRANCH_LOOKBACK_DAYS"],
            DAYS,
            |config| &mut config.rules.wip_lookback_days,
            "For how many days a success on another branch keeps a contract from being work in progress.",
        ),
        row(
            "rules.wip_window",
            &["PACT_BROKER_DYNAMIC_WIP_WINDOW"],
            Truth,
            |config| &mut config.rules.wip_window.dynamic,
            "Whether the broker, not the client, says since when contracts may be work in progress: ...",
        ),
        row(
            "rules.wip_window_least_days",
            &["PACT_BROKER_MIN_WIP_WINDOW_DAYS"],
            DAYS,
            |config| &mut config.rules.wip_window.least,
            "... at least for so many days, ...",
        ),
        row(
            "rules.wip_window_most_days",
            &["PACT_BROKER_MAX_WIP_LOOKBACK_DAYS"],
            DAYS,
            |config| &mut config.rules.wip_window.most,
            "... at most for so many days, ...",
        ),
        row(
            "rules.wip_window_usual_days",
            &["PACT_BROKER_DEFAULT_WIP_WINDOW_DAYS"],
            DAYS,
            |config| &mut config.rules.wip_window.usual,
            "... and for so many days where everything was verified.",
        ),
    ]
}

fn housekeeping() -> Vec<Setting> {
    vec![
        row(
            "clean_up.schedule",
            &[],
            Times,
            |config| &mut config.housekeeping.when,
            "When versions go that nobody needs, and the log is made shorter: after an interval, again and again, or as \
             cron has it, in UTC.",
        ),
        row(
            "clean_up.enabled",
            &["PACT_BROKER_DATABASE_CLEAN_ENABLED"],
            Truth,
            |config| &mut config.housekeeping.enabled,
            "Whether that is done at the usual time where there is no schedule.",
        ),
        row(
            "clean_up.usual_time",
            &["PACT_BROKER_DATABASE_CLEAN_CRON_SCHEDULE"],
            Times,
            |config| &mut config.housekeeping.usual,
            "That time.",
        ),
        row(
            "clean_up.keep",
            &["PACT_BROKER_DATABASE_CLEAN_KEEP_VERSION_SELECTORS"],
            KeepRules,
            |config| &mut config.housekeeping.rules.keep,
            "Which versions stay, beside what is deployed or released: each that a rule names.",
        ),
        row(
            "clean_up.deliveries",
            &[],
            Days,
            |config| &mut config.housekeeping.rules.deliveries_days,
            "After how long it goes what webhooks were told, except for the newest.",
        ),
        row(
            "clean_up.superseded",
            &["PACT_BROKER_DATABASE_CLEAN_OVERWRITTEN_DATA_MAX_AGE"],
            Days,
            |config| &mut config.housekeeping.rules.superseded_days,
            "After how long results go that say the same as those before and after them.",
        ),
        row(
            "clean_up.limit",
            &["PACT_BROKER_DATABASE_CLEAN_DELETION_LIMIT"],
            COUNT,
            |config| &mut config.housekeeping.limit,
            "How many versions go at most each time.",
        ),
        row(
            "clean_up.dry_run",
            &["PACT_BROKER_DATABASE_CLEAN_DRY_RUN"],
            Truth,
            |config| &mut config.housekeeping.dry_run,
            "Whether it is only said in the log what would go.",
        ),
    ]
}

#[cfg(test)]
mod tests;
