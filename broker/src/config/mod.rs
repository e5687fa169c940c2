//! Settings: one struct per concern.

mod webhooks;

use std::{str::FromStr, time::Duration};

pub use webhooks::{Certificates, WebhookConfig};

use crate::domain::{
    rules::{Rules, VersionOrder},
    webhooks::vault::{InvalidKey, Vault},
};

/// All that can be set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    /// Settings of the HTTP side.
    pub http: HttpConfig,
    /// Settings that change decisions.
    pub rules: Rules,
    /// Settings of webhooks.
    pub webhooks: WebhookConfig,
    /// When snapshots are taken.
    pub snapshots: SnapshotConfig,
}

/// When a snapshot of the state is taken, so that a start does not have to read the whole log: while the broker works,
/// without keeping anybody waiting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotConfig {
    /// After so many changes, or
    pub changes: u64,
    /// after so many bytes of changes (16 MiB). But not before the log has grown by an eighth, so that a large state is
    /// not written all the time.
    pub bytes: u64,
}

impl Default for SnapshotConfig {
    fn default() -> Self {
        Self { changes: 10_000, bytes: 16 * 1024 * 1024 }
    }
}

/// Settings of the HTTP side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpConfig {
    /// The addresses that clients know the broker by, without a slash at the end. Where none is set, links follow the
    /// request (`X-Forwarded-*`, `Host`). Of several the one with the request's host counts, otherwise the first.
    pub base_urls: Vec<String>,
    /// How many bytes the body of a request may have.
    pub body_limit: usize,
    /// Whether a name in a path or a question finds one that is written with other capitals
    /// (`use_case_sensitive_resource_names`: no).
    pub names_in_any_case: bool,
    /// Where another service makes badges (`shields_io_base_url`): then clients are sent there. Without, the broker draws
    /// its own, and nobody else learns the names of applications.
    pub badge_service: Option<String>,
    /// How long a badge of the main branch may be kept (`badge_default_cache_setting`).
    pub badge_cache_control: String,
    /// How many participants a network has at most (`network_diagram_max_pacticipants`).
    pub most_in_network: usize,
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            base_urls: Vec::new(),
            body_limit: 16 * 1024 * 1024,
            names_in_any_case: false,
            badge_service: None,
            badge_cache_control: "max-age=30".to_owned(),
            most_in_network: 150,
        }
    }
}

/// A setting whose value makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name} is '{value}', but {expected} is expected")]
pub struct InvalidSetting {
    /// Its name, as it was given.
    pub name: String,
    /// Its value.
    pub value: String,
    /// What it should be.
    pub expected: &'static str,
}

/// What the Pact Broker puts before the names of its settings in the environment.
const PREFIX: &str = "PACT_BROKER_";
/// What is put before the names of settings that the Pact Broker does not have.
const OWN_PREFIX: &str = "PACTWRIGHT_";

impl Config {
    /// Takes over settings by the Pact Broker's names (`PACT_BROKER_BASE_URL`, ...) and our own
    /// (`PACTWRIGHT_WEBHOOK_TIMEOUT`), for instance from the environment: what is named otherwise, or is not known here,
    /// is left alone.
    ///
    /// ```
    /// use pactwright_broker::Config;
    /// let settings = [("PACT_BROKER_ALLOW_DANGEROUS_CONTRACT_MODIFICATION", "true")];
    /// assert!(Config::default().with_settings(settings)?.rules.allow_contract_modification);
    /// # Ok::<(), pactwright_broker::config::InvalidSetting>(())
    /// ```
    ///
    /// # Errors
    /// The first setting whose value makes no sense.
    pub fn with_settings<N, V>(
        mut self,
        settings: impl IntoIterator<Item = (N, V)>,
    ) -> Result<Self, InvalidSetting>
    where
        N: AsRef<str>,
        V: AsRef<str>,
    {
        let mut several = None;
        for (name, value) in settings {
            let setting = Setting { name: name.as_ref(), value: value.as_ref().trim() };
            if let Some(short) = name.as_ref().strip_prefix(PREFIX) {
                match short.to_ascii_lowercase().as_str() {
                    "base_urls" => several = Some(setting.addresses()?),
                    short => self.set(short, &setting)?,
                }
            } else if let Some(short) = name.as_ref().strip_prefix(OWN_PREFIX) {
                self.set_own(&short.to_ascii_lowercase(), &setting)?;
            }
        }
        // Where one address is set and several are, the several count, in whichever order they come.
        if let Some(several) = several.filter(|several| !several.is_empty()) {
            self.http.base_urls = several;
        }
        Ok(self)
    }

    fn set(&mut self, name: &str, setting: &Setting<'_>) -> Result<(), InvalidSetting> {
        let rules = &mut self.rules;
        match name {
            // Whoever believes that there is a password must not be left in that belief.
            "basic_auth_username"
            | "basic_auth_password"
            | "basic_auth_read_only_username"
            | "basic_auth_read_only_password"
                if !setting.value.is_empty() =>
            {
                return Err(InvalidSetting {
                    name: setting.name.to_owned(),
                    value: "***".to_owned(),
                    expected: "nothing (access control is not there yet: put a proxy that asks who is calling before the broker)",
                });
            }
            "allow_dangerous_contract_modification" => rules.allow_contract_modification = setting.truth()?,
            "base_equality_only_on_content_that_affects_verification_results" => {
                rules.equality_by_meaning = setting.truth()?;
            }
            "check_for_potential_duplicate_pacticipant_names" => {
                rules.check_for_duplicate_names = setting.truth()?;
            }
            "auto_detect_main_branch" => rules.detect_main_branch = setting.truth()?,
            "main_branch_candidates" => rules.main_branch_candidates = setting.words(),
            "use_first_tag_as_branch" => rules.first_tag_is_branch = setting.truth()?,
            "use_first_tag_as_branch_time_limit" => rules.first_tag_time_limit_seconds = setting.number()?,
            "create_deployed_versions_for_tags" => rules.tags_are_deployments = setting.truth()?,
            "order_versions_by_date" => {
                rules.order = if setting.truth()? { VersionOrder::FirstSeen } else { VersionOrder::Semantic };
            }
            "dynamic_wip_window" => rules.wip_window.dynamic = setting.truth()?,
            "min_wip_window_days" => rules.wip_window.least = setting.number()?,
            "max_wip_lookback_days" => rules.wip_window.most = setting.number()?,
            "default_wip_window_days" => rules.wip_window.usual = setting.number()?,
            "use_case_sensitive_resource_names" => self.http.names_in_any_case = !setting.truth()?,
            "verified_by_other_branch_lookback_days" => rules.wip_lookback_days = setting.number()?,
            "shields_io_base_url" => self.http.badge_service = setting.addresses()?.into_iter().next(),
            "badge_default_cache_setting" => self.http.badge_cache_control = setting.header()?,
            "network_diagram_max_pacticipants" => {
                self.http.most_in_network = usize::try_from(setting.number()?).unwrap_or(usize::MAX);
            }
            "base_url" => self.http.base_urls = setting.addresses()?,
            _ => self.set_webhooks(name, setting)?,
        }
        Ok(())
    }

    fn set_webhooks(&mut self, name: &str, setting: &Setting<'_>) -> Result<(), InvalidSetting> {
        let webhooks = &mut self.webhooks;
        match name {
            "webhook_retry_schedule" => self.rules.retry_schedule = setting.list("seconds, such as 10 60")?,
            "webhook_http_method_whitelist" => {
                webhooks.egress.methods =
                    setting.words().iter().map(|word| word.to_ascii_uppercase()).collect();
            }
            "webhook_scheme_whitelist" => {
                webhooks.egress.schemes =
                    setting.words().iter().map(|word| word.to_ascii_lowercase()).collect();
            }
            "webhook_host_whitelist" => {
                webhooks.egress.hosts =
                    setting.list("hosts, such as ci.example.org *.example.org /regex/ 10.0.0.0/8")?;
            }
            "webhook_http_code_success" => {
                webhooks.success_codes = setting.list("status codes, such as 200 201")?;
            }
            "disable_ssl_verification" => webhooks.verify_certificates = !setting.truth()?,
            "user_agent" => webhooks.user_agent = setting.header()?,
            // `webhook_certificates__0__path`, `webhook_certificates__0__content`; `..._description` is for people.
            name if name.starts_with("webhook_certificates__") => {
                let expected = "a certificate in PEM";
                let sound = match name.rsplit("__").next() {
                    Some("path") => webhooks.certificates.add(name, setting.file()?.as_bytes()),
                    Some("content") => webhooks.certificates.add(name, setting.value.as_bytes()),
                    _ => true,
                };
                if !sound {
                    return Err(setting.hidden(expected));
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Settings that the Pact Broker does not have.
    fn set_own(&mut self, name: &str, setting: &Setting<'_>) -> Result<(), InvalidSetting> {
        match name {
            "webhook_timeout" => {
                let seconds = setting.number()?.unsigned_abs();
                self.webhooks.timeout = Duration::from_secs(seconds.clamp(1, 600));
            }
            "webhook_unverified_hours" => {
                self.rules.unverified_hours = u32::try_from(setting.number()?).unwrap_or(u32::MAX);
            }
            "webhook_proxy" => {
                self.webhooks.proxy = setting.addresses()?.into_iter().next();
            }
            "secret_key" => self.webhooks.secrets = setting.keys(setting.value)?,
            "secret_key_file" => self.webhooks.secrets = setting.keys(&setting.file()?)?,
            "webhook_allowed_networks" => {
                self.webhooks.egress.networks = setting.list("networks, such as 10.0.0.0/8 fd00::/8")?;
            }
            _ => {}
        }
        Ok(())
    }
}

/// A setting in the making.
struct Setting<'a> {
    name: &'a str,
    value: &'a str,
}

impl Setting<'_> {
    fn invalid(&self, expected: &'static str) -> InvalidSetting {
        InvalidSetting { name: self.name.to_owned(), value: self.value.to_owned(), expected }
    }

    /// As [`Setting::invalid`], where the value is long or for nobody to see.
    fn hidden(&self, expected: &'static str) -> InvalidSetting {
        InvalidSetting { value: "***".to_owned(), ..self.invalid(expected) }
    }

    /// The text of the file that is named.
    fn file(&self) -> Result<String, InvalidSetting> {
        std::fs::read_to_string(self.value).map_err(|_| self.invalid("the path of a file that can be read"))
    }

    fn keys(&self, text: &str) -> Result<Vault, InvalidSetting> {
        text.parse().map_err(|_: InvalidKey| {
            self.hidden(
                "keys of 32 bytes in base 64 (`openssl rand -base64 32` makes one), the one that seals first",
            )
        })
    }

    fn truth(&self) -> Result<bool, InvalidSetting> {
        match self.value.to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" | "on" => Ok(true),
            "false" | "no" | "0" | "off" => Ok(false),
            _ => Err(self.invalid("true or false")),
        }
    }

    fn number(&self) -> Result<i64, InvalidSetting> {
        self.value
            .parse()
            .ok()
            .filter(|number| *number >= 0)
            .ok_or_else(|| self.invalid("a whole number from 0 on"))
    }

    fn header(&self) -> Result<String, InvalidSetting> {
        match http::HeaderValue::from_str(self.value) {
            Ok(_) => Ok(self.value.to_owned()),
            Err(_) => Err(self.invalid("the value of a header")),
        }
    }

    fn list<T: FromStr>(&self, expected: &'static str) -> Result<Vec<T>, InvalidSetting> {
        self.words().iter().map(|word| word.parse().map_err(|_| self.invalid(expected))).collect()
    }

    fn words(&self) -> Vec<String> {
        self.value.split_whitespace().map(str::to_owned).collect()
    }

    fn addresses(&self) -> Result<Vec<String>, InvalidSetting> {
        let addresses: Vec<_> =
            self.words().iter().map(|word| word.trim_end_matches('/').to_owned()).collect();
        let valid = |address: &String| {
            url::Url::parse(address)
                .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        };
        if addresses.iter().all(valid) {
            Ok(addresses)
        } else {
            Err(self.invalid("an http or https address"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Config;

    #[test]
    fn settings_of_the_pact_broker_are_understood() {
        let config = Config::default()
            .with_settings([
                ("PACT_BROKER_BASE_URL", "https://broker.example.org/"),
                ("PACT_BROKER_MAIN_BRANCH_CANDIDATES", "trunk main"),
                ("PACT_BROKER_USE_FIRST_TAG_AS_BRANCH", "false"),
                ("PACT_BROKER_ORDER_VERSIONS_BY_DATE", "false"),
                ("PACT_BROKER_MIN_WIP_WINDOW_DAYS", "3"),
                ("PACT_BROKER_DYNAMIC_WIP_WINDOW", "true"),
                ("PACT_BROKER_USE_CASE_SENSITIVE_RESOURCE_NAMES", "false"),
                ("PACT_BROKER_SHIELDS_IO_BASE_URL", "https://badges.example.org/"),
                ("PACT_BROKER_SOMETHING_ELSE", "whatever"),
                ("PACT_BROKER_WEBHOOK_RETRY_SCHEDULE", "3 1"),
                ("PACT_BROKER_WEBHOOK_HTTP_CODE_SUCCESS", "200 418"),
                ("PACT_BROKER_WEBHOOK_HTTP_METHOD_WHITELIST", "post GET"),
                ("PACT_BROKER_WEBHOOK_SCHEME_WHITELIST", "http https"),
                ("PACT_BROKER_WEBHOOK_HOST_WHITELIST", "ci.example.org *.example.org 10.0.0.0/8"),
                ("PACT_BROKER_DISABLE_SSL_VERIFICATION", "true"),
                ("PACTWRIGHT_WEBHOOK_TIMEOUT", "30"),
                ("PACTWRIGHT_WEBHOOK_ALLOWED_NETWORKS", "192.168.0.0/16"),
                ("HOME", "/"),
            ])
            .unwrap();
        assert_eq!(config.http.base_urls, ["https://broker.example.org"]);
        assert_eq!(config.rules.main_branch_candidates, ["trunk", "main"]);
        assert!(!config.rules.first_tag_is_branch);
        assert_eq!(config.rules.retry_schedule, [3, 1]);
        let webhooks = &config.webhooks;
        assert_eq!(webhooks.success_codes, [200, 418]);
        assert_eq!(webhooks.egress.methods, ["POST", "GET"]);
        assert_eq!(webhooks.egress.schemes, ["http", "https"]);
        assert_eq!((webhooks.egress.hosts.len(), webhooks.egress.networks.len()), (3, 1));
        assert_eq!((webhooks.verify_certificates, webhooks.timeout.as_secs()), (false, 30));
    }

    #[test]
    fn several_addresses_count_more_than_one() {
        let one = ("PACT_BROKER_BASE_URL", "https://one.example.org");
        let several = ("PACT_BROKER_BASE_URLS", "https://a.example.org https://b.example.org/pacts/");
        for settings in [[one, several], [several, one]] {
            let config = Config::default().with_settings(settings).unwrap();
            assert_eq!(config.http.base_urls, ["https://a.example.org", "https://b.example.org/pacts"]);
        }
        let config = Config::default().with_settings([one, ("PACT_BROKER_BASE_URLS", "")]).unwrap();
        assert_eq!(config.http.base_urls, ["https://one.example.org"]);
    }

    #[test]
    fn nobody_is_left_to_believe_that_a_password_is_asked_for() {
        let error =
            Config::default().with_settings([("PACT_BROKER_BASIC_AUTH_PASSWORD", "hush")]).unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains("PACT_BROKER_BASIC_AUTH_PASSWORD") && text.contains("access control"),
            "{text}"
        );
        assert!(!format!("{text} {error:?}").contains("hush"));
        assert!(Config::default().with_settings([("PACT_BROKER_BASIC_AUTH_PASSWORD", "")]).is_ok());
    }

    #[test]
    fn keys_and_certificates_come_from_variables_and_files_and_are_not_shown() {
        let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("keys");
        std::fs::write(&file, format!("# of this year\n{key}\n")).unwrap();
        let direct = Config::default().with_settings([("PACTWRIGHT_SECRET_KEY", key)]).unwrap();
        let by_file = Config::default()
            .with_settings([("PACTWRIGHT_SECRET_KEY_FILE", file.to_str().unwrap())])
            .unwrap();
        assert_eq!(direct.webhooks.secrets, by_file.webhooks.secrets);
        assert!(direct.webhooks.secrets.is_open());
        assert!(!format!("{direct:?}").contains(key));
        for (name, value) in [
            ("PACTWRIGHT_SECRET_KEY", "hidden"),
            ("PACT_BROKER_WEBHOOK_CERTIFICATES__0__CONTENT", "hidden"),
            ("PACTWRIGHT_SECRET_KEY_FILE", "/nowhere/at/all"),
            ("PACT_BROKER_WEBHOOK_CERTIFICATES__0__PATH", "/nowhere/at/all"),
        ] {
            let told = Config::default().with_settings([(name, value)]).unwrap_err().to_string();
            assert!(told.contains(name) && !told.contains("hidden"), "{told}");
        }
        assert!(
            Config::default()
                .with_settings([("PACT_BROKER_WEBHOOK_CERTIFICATES__0__DESCRIPTION", "an own authority")])
                .is_ok()
        );
    }

    #[test]
    fn values_that_make_no_sense_are_named() {
        for (name, value) in [
            ("PACT_BROKER_AUTO_DETECT_MAIN_BRANCH", "maybe"),
            ("PACT_BROKER_USE_FIRST_TAG_AS_BRANCH_TIME_LIMIT", "-1"),
            ("PACT_BROKER_BASE_URL", "broker.example.org"),
            ("PACT_BROKER_WEBHOOK_RETRY_SCHEDULE", "10 soon"),
            ("PACT_BROKER_WEBHOOK_HOST_WHITELIST", "/(/"),
            ("PACTWRIGHT_WEBHOOK_ALLOWED_NETWORKS", "10.0.0.0/33"),
        ] {
            let error = Config::default().with_settings([(name, value)]).unwrap_err();
            assert!(error.to_string().contains(name) && error.to_string().contains(value), "{error}");
        }
    }
}
