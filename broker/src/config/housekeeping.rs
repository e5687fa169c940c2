use std::{str::FromStr, time::Duration};

use croner::Cron;

use super::{InvalidSetting, Setting};
use crate::{
    domain::{
        model::Timestamp,
        queries::clean_up::{CleanUpRules, KeepRule},
    },
    housekeeping::{History, interval},
};

/// Settings of the house-keeping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HousekeepingConfig {
    /// When it is done; none is never (`PACTWRIGHT_CLEAN_UP_SCHEDULE`: `24h` or `15 2 * * *`;
    /// `database_clean_enabled` and `database_clean_cron_schedule`: no, and at 02:15 UTC each day).
    pub when: Option<When>,
    /// What is to go (`PACTWRIGHT_CLEAN_UP_KEEP`, rules between semicolons, or `database_clean_keep_version_selectors` as
    /// JSON; `PACTWRIGHT_CLEAN_UP_DELIVERIES`, such as `90d` or `never`; `PACTWRIGHT_CLEAN_UP_SUPERSEDED`, or
    /// `database_clean_overwritten_data_max_age` in days).
    pub rules: CleanUpRules,
    /// How many versions go at most each time (`PACTWRIGHT_CLEAN_UP_LIMIT`, `database_clean_deletion_limit`: 10,000).
    pub limit: usize,
    /// Whether it is only said what would go (`PACTWRIGHT_CLEAN_UP_DRY_RUN`, `database_clean_dry_run`: no).
    pub dry_run: bool,
    /// How much of the past is kept in full (`PACTWRIGHT_HISTORY`: `all`, or such as `365d`).
    pub history: History,
}

impl Default for HousekeepingConfig {
    fn default() -> Self {
        Self {
            when: None,
            rules: CleanUpRules::default(),
            limit: 10_000,
            dry_run: false,
            history: History::All,
        }
    }
}

/// Times at which something is done: after a while, again and again, such as `24h`, or as cron has it in UTC, such as
/// `15 2 * * *`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum When {
    /// So long after the last time, or after the start.
    Every(Duration),
    /// As cron has it.
    Cron(Box<Cron>),
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

const TIMES: &str = "an interval such as 24h, or five fields as cron has them, such as 15 2 * * *";
const RULES: &str =
    "rules such as `branch latest; tag=prod; max-age=90d`, or [{\"branch\": true, \"latest\": true}]";
const AGE: &str = "days such as 90d, or never";
/// When the Pact Broker's image does it.
const USUAL_TIME: &str = "15 2 * * *";

/// What settings of the Pact Broker say about house-keeping; it has to be on and at a time, in whichever order they come.
#[derive(Debug, Default)]
pub(super) struct Original {
    enabled: Option<bool>,
    at: Option<When>,
}

impl Original {
    /// Takes over a setting; whether it is one of these.
    pub(super) fn set(
        &mut self,
        config: &mut HousekeepingConfig,
        name: &str,
        setting: &Setting<'_>,
    ) -> Result<bool, InvalidSetting> {
        match name {
            "database_clean_enabled" => self.enabled = Some(setting.truth()?),
            "database_clean_cron_schedule" => {
                self.at = Some(setting.value.parse().map_err(|_| setting.invalid(TIMES))?);
            }
            "database_clean_deletion_limit" => config.limit = count(setting)?,
            "database_clean_dry_run" => config.dry_run = setting.truth()?,
            "database_clean_keep_version_selectors" => config.rules.keep = rules(setting)?,
            "database_clean_overwritten_data_max_age" => {
                config.rules.superseded_days = Some(u32::try_from(setting.number()?).unwrap_or(u32::MAX));
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// What they say together, where our own settings do not.
    pub(super) fn finish(self, config: &mut HousekeepingConfig) {
        if config.when.is_none() && self.enabled == Some(true) {
            config.when = self.at.or_else(|| USUAL_TIME.parse().ok());
        }
    }
}

/// Takes over a setting of ours; whether it is one of these.
pub(super) fn set_own(
    config: &mut HousekeepingConfig,
    name: &str,
    setting: &Setting<'_>,
) -> Result<bool, InvalidSetting> {
    match name {
        "clean_up_schedule" => {
            let never = matches!(setting.value, "" | "never");
            let times = || setting.value.parse().map_err(|_| setting.invalid(TIMES));
            config.when = if never { None } else { Some(times()?) };
        }
        "clean_up_keep" => config.rules.keep = rules(setting)?,
        "clean_up_deliveries" => config.rules.deliveries_days = days(setting)?,
        "clean_up_superseded" => config.rules.superseded_days = days(setting)?,
        "clean_up_limit" => config.limit = count(setting)?,
        "clean_up_dry_run" => config.dry_run = setting.truth()?,
        "history" => {
            let expected = "all, or days or hours such as 90d or 36h";
            config.history = setting.value.parse().map_err(|_| setting.invalid(expected))?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}

fn count(setting: &Setting<'_>) -> Result<usize, InvalidSetting> {
    Ok(usize::try_from(setting.number()?).unwrap_or(usize::MAX))
}

fn days(setting: &Setting<'_>) -> Result<Option<u32>, InvalidSetting> {
    if setting.value == "never" {
        return Ok(None);
    }
    let days = interval(setting.value).map(|interval| interval.as_secs() / 86_400);
    let days = days.and_then(|days| u32::try_from(days).ok());
    days.map(Some).ok_or_else(|| setting.invalid(AGE))
}

fn rules(setting: &Setting<'_>) -> Result<Vec<KeepRule>, InvalidSetting> {
    let texts: Vec<_> =
        if setting.value.starts_with('[') { vec![setting.value] } else { setting.value.split(';').collect() };
    let read: Result<Vec<_>, _> = texts.into_iter().map(KeepRule::read_all).collect();
    read.map(|rules| rules.concat()).map_err(|_| setting.invalid(RULES))
}

#[cfg(test)]
mod tests {
    use crate::{Config, domain::model::Timestamp, housekeeping::History};

    fn config(settings: &[(&str, &str)]) -> super::HousekeepingConfig {
        Config::default().with_settings(settings.iter().copied()).unwrap().housekeeping
    }

    fn next(config: &super::HousekeepingConfig, now: &str) -> Option<String> {
        let now = Timestamp::parse(now).unwrap();
        config.when.as_ref()?.next_after(now).map(Timestamp::to_wire)
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
            ("PACTWRIGHT_CLEAN_UP_KEEP", ""),
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
