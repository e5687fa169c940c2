use std::{fmt, str::FromStr, time::Duration};

use croner::Cron;

use super::{Given, form::Form};
use crate::{
    domain::{
        model::Timestamp,
        queries::clean_up::{CleanUpRules, KeepRule},
    },
    housekeeping::{History, interval},
};

/// Seconds of a day.
const DAY: u64 = 86_400;
/// When the Pact Broker's image does it.
const USUAL_TIME: &str = "15 2 * * *";

/// Settings of the house-keeping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HousekeepingConfig {
    /// When it is done.
    pub when: Option<When>,
    /// Whether it is done at the usual time where nothing else is said.
    pub enabled: bool,
    /// That time.
    pub usual: Option<When>,
    /// What is to go.
    pub rules: CleanUpRules,
    /// How many versions go at most each time.
    pub limit: usize,
    /// Whether it is only said what would go.
    pub dry_run: bool,
    /// How much of the past is kept in full.
    pub history: History,
}

impl HousekeepingConfig {
    /// When it is done; none is never.
    pub fn times(&self) -> Option<&When> {
        self.when.as_ref().or(if self.enabled { self.usual.as_ref() } else { None })
    }
}

impl Default for HousekeepingConfig {
    fn default() -> Self {
        Self {
            when: None,
            enabled: false,
            usual: USUAL_TIME.parse().ok(),
            rules: CleanUpRules::default(),
            limit: 10_000,
            dry_run: false,
            history: History::All,
        }
    }
}

/// Times at which something is done: after a while, again and again, such as `24h`, or as cron has it in UTC, such as
/// `15 2 * * *`.
#[derive(Clone, PartialEq, Eq)]
pub enum When {
    /// So long after the last time, or after the start.
    Every(Duration),
    /// As cron has it.
    Cron(Box<Cron>),
}

/// A length of time as it is read.
fn plain_interval(time: Duration) -> String {
    match time.as_secs() {
        seconds if seconds.is_multiple_of(DAY) => format!("{}d", seconds / DAY),
        seconds if seconds.is_multiple_of(3600) => format!("{}h", seconds / 3600),
        seconds if seconds.is_multiple_of(60) => format!("{}m", seconds / 60),
        seconds => format!("{seconds}s"),
    }
}

/// What `croner` would show has thousands of bits.
impl fmt::Debug for When {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "When({self})")
    }
}

impl fmt::Display for When {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Every(interval) => formatter.write_str(&plain_interval(*interval)),
            Self::Cron(cron) => cron.fmt(formatter),
        }
    }
}

/// Text that says no times.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{0}' is no time table: an interval such as 24h, or five fields as cron has them, such as 15 2 * * *"
)]
pub struct InvalidWhen(String);

impl When {
    /// The next time after a moment; none where there is no such time any more.
    pub fn next_after(&self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Every(interval) => {
                let seconds = i64::try_from(interval.as_secs()).unwrap_or(i64::MAX);
                Some(now.minus_seconds(seconds.saturating_neg()))
            }
            Self::Cron(cron) => {
                let seconds = now.as_micros().div_euclid(1_000_000);
                let utc = jiff::tz::TimeZone::UTC;
                let now = utc.to_datetime(jiff::Timestamp::from_second(seconds).ok()?);
                let next = cron.find_next_occurrence(&now, false).ok()?;
                let next = utc.to_timestamp(next).ok()?;
                Some(Timestamp::from_micros(next.as_microsecond()))
            }
        }
    }
}

impl FromStr for When {
    type Err = InvalidWhen;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidWhen(text.to_owned());
        match interval(text) {
            Some(interval) if !interval.is_zero() => Ok(Self::Every(interval)),
            None if text.split_whitespace().count() == 5 => {
                text.parse().map(|cron| Self::Cron(Box::new(cron))).map_err(|_| invalid())
            }
            _ => Err(invalid()),
        }
    }
}

/// Times, or never.
#[derive(Clone, Copy)]
pub(super) struct Times;

impl Form<Option<When>> for Times {
    fn expected(&self) -> String {
        "an interval such as 24h, five fields as cron has them, such as 15 2 * * *, or never".to_owned()
    }

    fn read(&self, given: &Given) -> Option<Option<When>> {
        match given.text()?.as_str() {
            "" | "never" => Some(None),
            text => text.parse().ok().map(Some),
        }
    }

    fn write(&self, value: &Option<When>) -> Given {
        Given::Text(value.as_ref().map_or_else(|| "never".to_owned(), When::to_string))
    }
}

/// What is kept.
#[derive(Clone, Copy)]
pub(super) struct KeepRules;

impl Form<Vec<KeepRule>> for KeepRules {
    fn expected(&self) -> String {
        "rules such as `branch latest; tag=prod; max-age=90d`, or [{\"branch\": true, \"latest\": true}]"
            .to_owned()
    }

    fn read(&self, given: &Given) -> Option<Vec<KeepRule>> {
        let texts: Vec<String> = match given {
            Given::List(items) => items.iter().map(Given::text).collect::<Option<_>>()?,
            Given::Text(text) if !text.trim_start().starts_with('[') => {
                text.split(';').map(str::to_owned).collect()
            }
            other => vec![other.text()?],
        };
        let rules: Result<Vec<_>, _> = texts.iter().map(|text| KeepRule::read_all(text)).collect();
        rules.ok().map(|rules| rules.concat())
    }

    fn write(&self, value: &Vec<KeepRule>) -> Given {
        Given::List(value.iter().map(|rule| Given::Text(rule.to_string())).collect())
    }
}

/// A number of days, or never.
#[derive(Clone, Copy)]
pub(super) struct Days;

impl Form<Option<u32>> for Days {
    fn expected(&self) -> String {
        "days such as 90d, or never".to_owned()
    }

    fn read(&self, given: &Given) -> Option<Option<u32>> {
        let text = given.text()?;
        if text == "never" {
            return Some(None);
        }
        // The Pact Broker has numbers alone.
        let days = text.parse().ok().or_else(|| interval(&text).map(|time| time.as_secs() / DAY))?;
        u32::try_from(days).ok().map(Some)
    }

    fn write(&self, value: &Option<u32>) -> Given {
        Given::Text(value.map_or_else(|| "never".to_owned(), |days| format!("{days}d")))
    }
}

/// How much of the past is kept.
#[derive(Clone, Copy)]
pub(super) struct Past;

impl Form<History> for Past {
    fn expected(&self) -> String {
        "all, or days or hours such as 90d or 36h".to_owned()
    }

    fn read(&self, given: &Given) -> Option<History> {
        given.text()?.parse().ok()
    }

    fn write(&self, value: &History) -> Given {
        Given::Text(match value {
            History::All => "all".to_owned(),
            History::Last(time) => plain_interval(*time),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::{Config, domain::model::Timestamp, housekeeping::History};

    fn config(settings: &[(&str, &str)]) -> super::HousekeepingConfig {
        Config::default().with_settings(settings.iter().copied()).unwrap().housekeeping
    }

    fn next(config: &super::HousekeepingConfig, now: &str) -> Option<String> {
        let now = Timestamp::parse(now).unwrap();
        config.times()?.next_after(now).map(Timestamp::to_wire)
    }

    #[test]
    fn settings_of_the_pact_broker_turn_it_on() {
        let config = config(&[
            ("PACT_BROKER_DATABASE_CLEAN_CRON_SCHEDULE", "30 3 * * 0"),
            ("PACT_BROKER_DATABASE_CLEAN_ENABLED", "true"),
            ("PACT_BROKER_DATABASE_CLEAN_DELETION_LIMIT", "500"),
            ("PACT_BROKER_DATABASE_CLEAN_DRY_RUN", "true"),
            ("PACT_BROKER_DATABASE_CLEAN_OVERWRITTEN_DATA_MAX_AGE", "7"),
            (
                "PACT_BROKER_DATABASE_CLEAN_KEEP_VERSION_SELECTORS",
                r#"[{"max_age": 30}, {"branch": true, "latest": true}]"#,
            ),
        ]);
        let words: Vec<_> = config.rules.keep.iter().map(ToString::to_string).collect();
        assert_eq!(words, ["max-age=30d", "branch latest"]);
        assert_eq!((config.limit, config.dry_run, config.rules.superseded_days), (500, true, Some(7)));
        assert_eq!(next(&config, "2026-01-31T12:00:00Z").as_deref(), Some("2026-02-01T03:30:00+00:00"));
    }

    #[test]
    fn it_is_done_when_it_is_turned_on_and_not_otherwise() {
        assert_eq!(next(&config(&[]), "2026-01-31"), None);
        assert_eq!(
            next(&config(&[("PACT_BROKER_DATABASE_CLEAN_CRON_SCHEDULE", "0 0 * * *")]), "2026-01-31"),
            None
        );
        let usual = config(&[("PACT_BROKER_DATABASE_CLEAN_ENABLED", "true")]);
        assert_eq!(next(&usual, "2026-01-31T02:15:00Z").as_deref(), Some("2026-02-01T02:15:00+00:00"));
    }

    #[test]
    fn our_own_settings_count_more() {
        let config = config(&[
            ("PACTWRIGHT_CLEAN_UP_SCHEDULE", "12h"),
            ("PACT_BROKER_DATABASE_CLEAN_ENABLED", "true"),
            ("PACTWRIGHT_CLEAN_UP_KEEP", "branch latest; tag=prod"),
            ("PACTWRIGHT_CLEAN_UP_DELIVERIES", "never"),
            ("PACTWRIGHT_CLEAN_UP_SUPERSEDED", "30d"),
            ("PACTWRIGHT_CLEAN_UP_LIMIT", "7"),
            ("PACTWRIGHT_HISTORY", "365d"),
        ]);
        assert_eq!(next(&config, "2026-01-31").as_deref(), Some("2026-01-31T12:00:00+00:00"));
        assert_eq!((config.rules.keep.len(), config.rules.deliveries_days), (2, None));
        assert_eq!((config.rules.superseded_days, config.limit), (Some(30), 7));
        assert!(matches!(config.history, History::Last(length) if length.as_secs() == 365 * 86_400));
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        for (name, value) in [
            ("PACTWRIGHT_CLEAN_UP_SCHEDULE", "daily"),
            ("PACTWRIGHT_CLEAN_UP_SCHEDULE", "0d"),
            ("PACTWRIGHT_CLEAN_UP_SCHEDULE", "61 * * * *"),
            ("PACTWRIGHT_CLEAN_UP_KEEP", "branch latest; newest"),
            ("PACTWRIGHT_CLEAN_UP_DELIVERIES", "old"),
            ("PACTWRIGHT_HISTORY", "long"),
            ("PACT_BROKER_DATABASE_CLEAN_CRON_SCHEDULE", "* * *"),
            ("PACT_BROKER_DATABASE_CLEAN_KEEP_VERSION_SELECTORS", "[{"),
        ] {
            let error = Config::default().with_settings([(name, value)]).unwrap_err();
            assert!(error.to_string().contains(name), "{error}");
        }
    }
}
