//! The settings that change decisions.

/// What the person who runs the broker decided about its decisions.
///
/// The defaults are the Pact Broker's; the names in brackets are its settings.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub struct Rules {
    /// Whether the content of a published contract may change (`allow_dangerous_contract_modification`: no).
    pub allow_contract_modification: bool,
    /// Whether contracts that ask the same have the same content, whatever their texts look like
    /// (`base_equality_only_on_content_that_affects_verification_results`: yes). If not, every byte counts.
    pub equality_by_meaning: bool,
    /// Whether a name that looks like another spelling of a known one is refused at the first publication
    /// (`check_for_potential_duplicate_pacticipant_names`: yes).
    pub check_for_duplicate_names: bool,
    /// Whether a first branch with a usual name becomes the main branch (`auto_detect_main_branch`: yes).
    pub detect_main_branch: bool,
    /// Those usual names (`main_branch_candidates`: develop, main, master).
    pub main_branch_candidates: Vec<String>,
    /// Whether the first tag of a version without branch makes a branch (`use_first_tag_as_branch`: yes).
    pub first_tag_is_branch: bool,
    /// For how many seconds after a version's creation it does (`use_first_tag_as_branch_time_limit`: 10).
    pub first_tag_time_limit_seconds: i64,
    /// Whether a tag that is called as an environment records a deployment (`create_deployed_versions_for_tags`: yes).
    pub tags_are_deployments: bool,
    /// For how many days a success on another branch keeps a contract from being work in progress
    /// (`verified_by_other_branch_lookback_days`: 30).
    pub wip_lookback_days: i64,
    /// Whether the broker, not the client, says since when contracts may be work in progress.
    pub wip_window: WipWindow,
    /// How versions are ordered (`order_versions_by_date`: as they were first seen).
    pub order: VersionOrder,
    /// How many seconds to wait after each failed attempt to tell a webhook something; after the last one it is given up
    /// (`webhook_retry_schedule`: 10 60 120 300 600 1200).
    pub retry_schedule: Vec<u32>,
    /// For how many hours a contract that counts may be without a result before webhooks are told
    /// (`PACTWRIGHT_WEBHOOK_UNVERIFIED_HOURS`: 24).
    pub unverified_hours: u32,
    /// The address that links in webhooks begin with, where nobody's request says another (`base_url`).
    pub base: String,
}

/// How long a contract may be work in progress, in days: as long as four of five that were not verified yet have
/// waited, but within these bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WipWindow {
    /// Whether the broker says it (`dynamic_wip_window`: no).
    pub dynamic: bool,
    /// At least (`min_wip_window_days`: 7).
    pub least: i64,
    /// At most; older contracts are not looked at (`max_wip_lookback_days`: 14).
    pub most: i64,
    /// Where everything was verified (`default_wip_window_days`: 7).
    pub usual: i64,
}

impl Default for WipWindow {
    fn default() -> Self {
        Self { dynamic: false, least: 7, most: 14, usual: 7 }
    }
}

/// How the versions of a participant are ordered, and which of them is the latest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum VersionOrder {
    /// As they were first seen.
    #[default]
    FirstSeen,
    /// As semantic versions; those that are none come before those that are. Of equal ones (1.2, 1.2.0) the
    /// one first seen comes last.
    Semantic,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            allow_contract_modification: false,
            equality_by_meaning: true,
            check_for_duplicate_names: true,
            detect_main_branch: true,
            main_branch_candidates: ["develop", "main", "master"].map(str::to_owned).to_vec(),
            first_tag_is_branch: true,
            first_tag_time_limit_seconds: 10,
            tags_are_deployments: true,
            wip_lookback_days: 30,
            wip_window: WipWindow::default(),
            order: VersionOrder::FirstSeen,
            retry_schedule: vec![10, 60, 120, 300, 600, 1200],
            unverified_hours: 24,
            base: String::new(),
        }
    }
}
