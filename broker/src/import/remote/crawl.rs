//! What is fetched, and in which order.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use tokio::task::JoinSet;

use super::{
    Fetch, Fetched, Journal, Lost, Remote, RemoteError,
    documents::{Found, Publication},
    links::{self, Home, embedded, href, hrefs, text},
};

/// How many rows of the matrix are asked for at once.
const ROWS: usize = 10_000;

/// What is being fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Lists of everything.
    Overview,
    /// Participants with their labels and branches.
    Participants,
    /// Lists of versions.
    Versions,
    /// Branches, tags, deployments and releases of versions.
    Details,
    /// Which versions have contracts.
    Contracts,
    /// Which contracts have results.
    Matrix,
    /// The texts of contracts.
    Contents,
    /// Verification results.
    Results,
    /// Environments and webhooks.
    Surroundings,
}

impl fmt::Display for Phase {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Overview => "overview",
            Self::Participants => "participants",
            Self::Versions => "lists of versions",
            Self::Details => "branches, tags and deployments",
            Self::Contracts => "lists of contracts",
            Self::Matrix => "lists of results",
            Self::Contents => "contracts",
            Self::Results => "results",
            Self::Surroundings => "environments and webhooks",
        })
    }
}

/// How far an import is.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// What is being fetched.
    pub phase: Phase,
    /// How many documents of this step are there.
    pub done: usize,
    /// How many there will be.
    pub total: usize,
    /// How long the rest of this step takes, if it goes on as it went.
    pub left: Option<Duration>,
}

pub(super) struct Crawl<'a, F> {
    fetch: Arc<F>,
    concurrency: usize,
    journal: &'a mut Journal,
    progress: &'a mut (dyn FnMut(&Progress) + Send),
    home: Home,
    missing: BTreeMap<String, String>,
}

type Outcome<T, F> = Result<T, RemoteError<<F as Fetch>::Error>>;

impl<'a, F: Fetch> Crawl<'a, F> {
    pub(super) fn new(
        remote: &Remote<F>,
        journal: &'a mut Journal,
        progress: &'a mut (dyn FnMut(&Progress) + Send),
    ) -> Self {
        Self {
            fetch: remote.fetch.clone(),
            concurrency: remote.concurrency.max(1),
            journal,
            progress,
            home: Home { base: remote.base.clone(), own: remote.base.clone() },
            missing: BTreeMap::new(),
        }
    }

    /// Fetches all that there is.
    pub(super) async fn everything(mut self) -> Outcome<(Found, Vec<Lost>), F> {
        let mut found = Found::default();
        let index = self.needed(format!("{}/", self.home.base)).await?;
        if let Some(home) = href(&index, "self") {
            home.trim_end_matches('/').clone_into(&mut self.home.own);
        }
        let [participants, pacts] = ["pb:pacticipants", "pb:latest-pact-versions"].map(|relation| {
            let address = href(&index, relation).map(str::to_owned);
            address.ok_or_else(|| RemoteError::NoLink { base: self.home.base.clone(), relation })
        });
        let (participants, pacts) = (self.at_home(&participants?), self.at_home(&pacts?));
        self.surroundings(&index, &mut found).await?;
        self.participants(participants, &mut found).await?;
        self.contracts(pacts, &mut found).await?;
        self.results(&mut found).await?;
        let lost = self.missing.into_iter().map(|(what, why)| Lost { what, why });
        Ok((found, lost.collect()))
    }

    fn at_home(&self, address: &str) -> String {
        self.home.reached(address)
    }

    fn all_at_home<'b>(&self, addresses: impl IntoIterator<Item = &'b str>) -> Vec<String> {
        addresses.into_iter().map(|address| self.at_home(address)).collect()
    }

    /// Fetches what is not there yet.
    async fn get_all(&mut self, phase: Phase, addresses: impl IntoIterator<Item = String>) -> Outcome<(), F> {
        let mut seen = HashSet::new();
        let mut wanted = Vec::new();
        for address in addresses {
            if self.journal.has(&address)
                || self.missing.contains_key(&address)
                || !seen.insert(address.clone())
            {
                continue;
            }
            // Others are not asked: credentials are for the broker only.
            if self.home.is_within(&address) {
                wanted.push(address);
            } else {
                self.missing.insert(address, "it is not at the address of the broker".to_owned());
            }
        }
        let (total, begin) = (wanted.len(), Instant::now());
        let (mut wanted, mut done) = (wanted.into_iter(), 0);
        let mut tasks = JoinSet::new();
        loop {
            while tasks.len() < self.concurrency {
                let Some(address) = wanted.next() else { break };
                let fetch = self.fetch.clone();
                tasks.spawn(async move {
                    let fetched = fetch.fetch(&address).await;
                    (address, fetched)
                });
            }
            let Some(joined) = tasks.join_next().await else { return Ok(()) };
            // A task that panics is a mistake of ours; what it was to fetch is told as lost.
            let Ok((address, fetched)) = joined else { continue };
            match fetched.map_err(RemoteError::Fetch)? {
                Fetched::Found(document) => self.journal.put(&address, &document)?,
                Fetched::Missing(why) => _ = self.missing.insert(address, why),
            }
            done += 1;
            let left = begin.elapsed().checked_div(u32::try_from(done).unwrap_or(u32::MAX));
            let left = left.map(|each| each.saturating_mul(u32::try_from(total - done).unwrap_or(u32::MAX)));
            (self.progress)(&Progress { phase, done, total, left });
        }
    }

    /// A document that was fetched. One that is no JSON is lost.
    fn value(&mut self, address: &str) -> Outcome<Option<Value>, F> {
        let Some(bytes) = self.journal.get(address)? else { return Ok(None) };
        match serde_json::from_slice(&bytes) {
            Ok(value) => Ok(Some(value)),
            Err(error) => {
                self.missing.insert(address.to_owned(), format!("it is no JSON: {error}"));
                Ok(None)
            }
        }
    }

    async fn needed(&mut self, address: String) -> Outcome<Value, F> {
        self.get_all(Phase::Overview, [address.clone()]).await?;
        match self.value(&address)? {
            Some(value) => Ok(value),
            None => {
                let why = self.missing.remove(&address).unwrap_or_default();
                Err(RemoteError::Needed { address, why })
            }
        }
    }

    /// Fetches lists with all their pages; answers with the addresses of the pages of each.
    async fn pages(&mut self, phase: Phase, lists: Vec<String>) -> Outcome<Vec<Vec<String>>, F> {
        let mut pages: Vec<Vec<String>> = lists.into_iter().map(|list| vec![list]).collect();
        let mut seen: HashSet<String> = pages.iter().flatten().cloned().collect();
        let mut growing: Vec<usize> = (0..pages.len()).collect();
        while !growing.is_empty() {
            let last = |list: &usize| pages.get(*list).and_then(|pages| pages.last()).cloned();
            let addresses: Vec<String> = growing.iter().filter_map(last).collect();
            self.get_all(phase, addresses.clone()).await?;
            let mut still = Vec::new();
            for (list, address) in growing.into_iter().zip(addresses) {
                let Some(page) = self.value(&address)? else { continue };
                let Some(next) = href(&page, "next") else { continue };
                let next = self.at_home(next);
                // A broker that leads in a circle is not followed.
                if seen.insert(next.clone())
                    && let Some(pages) = pages.get_mut(list)
                {
                    pages.push(next);
                    still.push(list);
                }
            }
            growing = still;
        }
        Ok(pages)
    }

    async fn surroundings(&mut self, index: &Value, found: &mut Found) -> Outcome<(), F> {
        let lists = |relation| self.all_at_home(href(index, relation));
        let (environments, webhooks) = (lists("pb:environments"), lists("pb:webhooks"));
        for page in self.pages(Phase::Surroundings, environments).await?.concat() {
            let Some(page) = self.value(&page)? else { continue };
            for environment in embedded(&page, "environments") {
                found.environment(environment);
            }
        }
        for page in self.pages(Phase::Surroundings, webhooks).await?.concat() {
            let Some(page) = self.value(&page)? else { continue };
            let each = self.all_at_home(hrefs(&page, "pb:webhooks"));
            self.get_all(Phase::Surroundings, each.clone()).await?;
            for address in each {
                if let Some(webhook) = self.value(&address)? {
                    found.webhook(&webhook);
                }
            }
        }
        Ok(())
    }

    async fn participants(&mut self, list: String, found: &mut Found) -> Outcome<(), F> {
        self.needed(list.clone()).await?;
        let mut addresses = Vec::new();
        for page in self.pages(Phase::Participants, vec![list]).await?.concat() {
            let Some(page) = self.value(&page)? else { continue };
            let listed = embedded(&page, "pacticipants").iter().filter_map(|known| href(known, "self"));
            let linked = ["pb:pacticipants", "pacticipants"].into_iter().flat_map(|rel| hrefs(&page, rel));
            let known: BTreeSet<String> = listed.chain(linked).map(|address| self.at_home(address)).collect();
            addresses.extend(known);
        }
        self.get_all(Phase::Participants, addresses.clone()).await?;
        let (mut names, mut versions, mut branches) = (Vec::new(), Vec::new(), Vec::new());
        for address in addresses {
            let Some(participant) = self.value(&address)? else { continue };
            let labels: Vec<_> = embedded(&participant, "labels")
                .iter()
                .map(|label| href(label, "self").map(|address| self.at_home(address)))
                .collect();
            self.get_all(Phase::Participants, labels.iter().flatten().cloned()).await?;
            let mut since = Vec::new();
            for label in labels {
                let document = label.map(|address| self.value(&address)).transpose()?.flatten();
                since.push(document.unwrap_or_default());
            }
            found.participant(&participant, &since);
            let Some(name) = text(&participant, "name") else { continue };
            names.push(name.to_owned());
            let list = href(&participant, "pb:versions").or_else(|| href(&participant, "versions"));
            versions.push(list.map_or_else(|| format!("{address}/versions"), |list| self.at_home(list)));
            branches
                .extend(href(&participant, "pb:branches").map(|list| (name.to_owned(), self.at_home(list))));
        }
        let (owners, lists): (Vec<_>, Vec<_>) = branches.into_iter().unzip();
        for (owner, pages) in owners.into_iter().zip(self.pages(Phase::Participants, lists).await?) {
            for page in pages {
                let Some(page) = self.value(&page)? else { continue };
                for branch in embedded(&page, "branches") {
                    found.branch(&owner, branch);
                }
            }
        }
        let pages = self.pages(Phase::Versions, versions).await?;
        self.versions(&names, &pages, found).await
    }

    async fn versions(
        &mut self,
        names: &[String],
        pages: &[Vec<String>],
        found: &mut Found,
    ) -> Outcome<(), F> {
        // Lists of older brokers have versions without their deployments.
        let mut whole = Vec::new();
        for page in pages.iter().flatten() {
            let Some(page) = self.value(page)? else { continue };
            let short = embedded(&page, "versions").iter().filter(|version| !is_whole(version));
            whole.extend(self.all_at_home(short.filter_map(|version| href(version, "self"))));
        }
        self.get_all(Phase::Details, whole).await?;
        let mut details = Vec::new();
        for page in pages.iter().flatten() {
            for version in self.versions_of_page(page)? {
                details.extend(self.all_at_home(details_of(&version)));
            }
        }
        self.get_all(Phase::Details, details).await?;
        for (owner, pages) in names.iter().zip(pages) {
            // They are listed with the newest first.
            for page in pages.iter().rev() {
                for version in self.versions_of_page(page)?.into_iter().rev() {
                    let mut read = |address: &str| {
                        let address = self.at_home(address);
                        self.value(&address)
                    };
                    found.version(owner, &version, &mut read)?;
                }
            }
        }
        Ok(())
    }

    /// The versions of a page, with all that is known of them.
    fn versions_of_page(&mut self, page: &str) -> Outcome<Vec<Value>, F> {
        let Some(page) = self.value(page)? else { return Ok(Vec::new()) };
        let mut versions = Vec::new();
        for listed in embedded(&page, "versions") {
            let address =
                href(listed, "self").filter(|_| !is_whole(listed)).map(|address| self.at_home(address));
            let whole = match address {
                Some(address) => self.value(&address)?,
                None => None,
            };
            versions.push(whole.unwrap_or_else(|| listed.clone()));
        }
        Ok(versions)
    }

    async fn contracts(&mut self, latest: String, found: &mut Found) -> Outcome<(), F> {
        self.needed(latest.clone()).await?;
        let mut pairs = Vec::new();
        for page in self.pages(Phase::Contracts, vec![latest]).await?.concat() {
            let Some(page) = self.value(&page)? else { continue };
            let pacts = page.get("pacts").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            for pact in pacts {
                let name = |role: &str| Some(text(pact.get("_embedded")?.get(role)?, "name")?.to_owned());
                let (Some(consumer), Some(provider)) = (name("consumer"), name("provider")) else { continue };
                let Some(address) = hrefs(pact, "self").last().map(|address| self.at_home(address)) else {
                    continue;
                };
                pairs.push((consumer, provider, address));
            }
        }
        self.get_all(Phase::Contracts, pairs.iter().map(|(.., address)| address.clone())).await?;
        let (mut known, mut lists) = (Vec::new(), Vec::new());
        for (consumer, provider, address) in pairs {
            let Some(pact) = self.value(&address)? else { continue };
            let Some(list) = href(&pact, "pb:all-pact-versions").map(|list| self.at_home(list)) else {
                self.missing.insert(address, "it has no link `pb:all-pact-versions`".to_owned());
                continue;
            };
            known.push((consumer, provider));
            lists.push(list);
        }
        let pages = self.pages(Phase::Contracts, lists).await?;
        for ((consumer, provider), pages) in known.into_iter().zip(pages) {
            for page in pages {
                let Some(page) = self.value(&page)? else { continue };
                for pact in embedded(&page, "pacts") {
                    let Some(address) = href(pact, "self").map(|address| self.at_home(address)) else {
                        continue;
                    };
                    found.publication(&consumer, &provider, pact, address);
                }
            }
        }
        Ok(())
    }

    /// Which contents and results there are; then their texts.
    async fn results(&mut self, found: &mut Found) -> Outcome<(), F> {
        let pairs: Vec<_> = found.pairs().cloned().collect();
        let address = |base: &str, (consumer, provider): &(String, String), version: Option<&str>| {
            let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
            let version = version
                .map_or_else(String::new, |version| format!("&q%5B%5D%5Bversion%5D={}", encode(version)));
            let (consumer, provider) = (encode(consumer), encode(provider));
            format!(
                "{base}/matrix?q%5B%5D%5Bpacticipant%5D={consumer}{version}&q%5B%5D%5Bpacticipant%5D={provider}&limit={ROWS}"
            )
        };
        let asked: Vec<_> = pairs.iter().map(|pair| address(&self.home.base, pair, None)).collect();
        self.get_all(Phase::Matrix, asked.clone()).await?;
        let mut again = Vec::new();
        for (pair, asked) in pairs.iter().zip(&asked) {
            let rows = self.rows(asked)?;
            let seen = found.rows(&self.home, pair, &rows);
            // Every contract has a row: where one has none, or the rows are as many as a limit may be, they are cut off.
            let is_full = rows.len() >= 100 && rows.len() % 100 == 0;
            if is_full || found.versions_of(pair).any(|version| !seen.contains(version)) {
                let versions = found.versions_of(pair);
                again.extend(
                    versions.map(|version| (pair.clone(), address(&self.home.base, pair, Some(version)))),
                );
            }
            // What is asked again by version is not lost.
            self.missing.remove(asked);
        }
        self.get_all(Phase::Matrix, again.iter().map(|(_, address)| address.clone())).await?;
        for (pair, asked) in &again {
            let rows = self.rows(asked)?;
            found.rows(&self.home, pair, &rows);
            if rows.len() >= ROWS {
                self.missing.insert(asked.clone(), format!("it tells of no more than {ROWS} results"));
            }
        }
        let texts = found.texts_wanted();
        self.get_all(Phase::Contents, texts).await?;
        self.contents(found)?;
        let results: Vec<_> = found.results_wanted().map(str::to_owned).collect();
        self.get_all(Phase::Results, results).await
    }

    fn rows(&mut self, address: &str) -> Outcome<Vec<Value>, F> {
        let matrix = self.value(address)?.unwrap_or_default();
        match matrix.get("matrix") {
            Some(Value::Array(rows)) => Ok(rows.clone()),
            _ => Ok(Vec::new()),
        }
    }

    fn contents(&mut self, found: &mut Found) -> Outcome<(), F> {
        let unknown: Vec<Publication> = found.without_digest().cloned().collect();
        for publication in unknown {
            let Some(pact) = self.value(&publication.address)? else { continue };
            let link = links::all(&pact, "pb:pact-version").first().copied();
            let sha = link.and_then(|link| links::sha(text(link, "href")?));
            match sha {
                Some(sha) => found.digest(&publication, sha),
                None => {
                    let why = "it has no link `pb:pact-version`".to_owned();
                    self.missing.insert(publication.address, why);
                }
            }
        }
        Ok(())
    }
}

/// Whether a version says where it is deployed.
fn is_whole(version: &Value) -> bool {
    version.get("_links").is_some_and(|links| links.get("pb:deployed-environments").is_some())
}

/// Where more is said about a version: its branches, tags, deployments and releases.
fn details_of(version: &Value) -> impl Iterator<Item = &str> {
    let branches = super::documents::branch_versions(version).iter();
    let listed = branches.chain(embedded(version, "tags")).filter_map(|one| href(one, "self"));
    let live = ["pb:deployed-environments", "pb:released-environments"];
    listed.chain(live.into_iter().flat_map(|relation| hrefs(version, relation)))
}
