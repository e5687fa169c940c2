//! Where a stub's contracts come from.

use std::path::PathBuf;
use std::time::SystemTime;

use clap::Args;
use pactwright_core::model::Pact;
use pactwright_verifier::client::{Access, Auth, ClientOptions, HttpClient, Retries};
use pactwright_verifier::sources::{
    BrokerSource, FileSource, FolderSource, LoadContext, Loaded, Origin, PactSource, SourceError, UrlSource,
};
use regex::Regex;

use super::StubError;
use crate::broken::BrokenPact;
use crate::broker::client_options;
use crate::options::Credentials;

#[derive(Debug, Args)]
pub(super) struct Sources {
    /// A pact file; can be repeated
    #[arg(short, long, value_name = "FILE")]
    file: Vec<PathBuf>,
    /// A folder with pact files, searched through; can be repeated
    #[arg(short, long, value_name = "FOLDER")]
    dir: Vec<PathBuf>,
    /// What the names of pact files in folders end with
    #[arg(short, long, default_value = "json", value_name = "EXTENSION")]
    extension: String,
    /// The address of a pact file; can be repeated
    #[arg(short, long, value_name = "URL")]
    url: Vec<String>,
    /// The broker whose latest contracts are served
    #[arg(short, long, env = "PACT_BROKER_BASE_URL", value_name = "URL")]
    broker_url: Option<String>,
    /// Only those of the broker's contracts that have this in the consumer's name; can be repeated
    #[arg(long, alias = "consumer-names", value_name = "REGEX")]
    consumer_name: Vec<Regex>,
    /// Only those of the broker's contracts that have this in the provider's name; can be repeated
    #[arg(long, alias = "provider-names", value_name = "REGEX")]
    provider_name: Vec<Regex>,
    /// User name and password for the broker and for addresses
    #[arg(long, conflicts_with = "token", value_name = "USER:PASSWORD")]
    user: Option<String>,
    /// Bearer token for the broker and for addresses
    #[arg(short, long, env = "PACT_BROKER_TOKEN", hide_env_values = true, value_name = "TOKEN")]
    token: Option<String>,
    /// Accept any certificate
    #[arg(long)]
    insecure_tls: bool,
    /// How often a request is tried again when the broker is busy or failing
    #[arg(long, env = "PACT_BROKER_HTTP_RETRIES", default_value_t = 8, value_name = "N")]
    retries: u32,
}

/// What files are there, and when they were changed.
pub(super) type Fingerprint = Vec<(PathBuf, Option<(u64, SystemTime)>)>;

impl Sources {
    /// All contracts. One that cannot be had is an error: a stub that lacks some of its answers misleads.
    pub(super) async fn load(&self) -> Result<Vec<Pact>, StubError> {
        let client = HttpClient::new(&ClientOptions {
            accept_any_certificate: self.insecure_tls,
            ..client_options()
        })?;
        let context = LoadContext { client, provider: None };
        let mut pacts = Vec::new();
        for source in self.local_and_remote() {
            pacts.extend(all(source.load(&context).await)?);
        }
        if let Some(url) = self.broker() {
            let source = BrokerSource::new(url).access(self.access()).of_all_providers();
            pacts.extend(all(source.load(&context).await)?.into_iter().filter(|pact| self.wants(pact)));
        }
        if pacts.is_empty() {
            return Err(StubError::Nothing(self.names().join(", ")));
        }
        Ok(pacts)
    }

    fn local_and_remote(&self) -> Vec<Box<dyn PactSource>> {
        let files = self.file.iter().map(|path| Box::new(FileSource::new(path)) as Box<dyn PactSource>);
        let folders = self
            .dir
            .iter()
            .map(|path| Box::new(FolderSource::new(path).extension(&*self.extension)) as Box<dyn PactSource>);
        let urls = self
            .url
            .iter()
            .map(|url| Box::new(UrlSource::new(url).access(self.access())) as Box<dyn PactSource>);
        files.chain(folders).chain(urls).collect()
    }

    /// A pipeline that sets the variable to nothing means no broker.
    fn broker(&self) -> Option<&str> {
        self.broker_url.as_deref().filter(|url| !url.is_empty())
    }

    fn names(&self) -> Vec<String> {
        let local = self.local_and_remote().into_iter().map(|source| source.name());
        local.chain(self.broker().map(|url| BrokerSource::new(url).name())).collect()
    }

    fn wants(&self, pact: &Pact) -> bool {
        let found = |wanted: &[Regex], name: &str| {
            wanted.is_empty() || wanted.iter().any(|expression| expression.is_match(name))
        };
        found(&self.consumer_name, &pact.consumer.name) && found(&self.provider_name, &pact.provider.name)
    }

    fn access(&self) -> Access {
        let credentials = Credentials { token: self.token.clone(), ..Credentials::default() };
        let basic = self.user.as_ref().map(|user| match user.split_once(':') {
            Some((user, password)) => Auth::Basic { user: user.into(), password: Some(password.into()) },
            None => Auth::Basic { user: user.clone(), password: None },
        });
        let auth = basic.or_else(|| credentials.auth());
        Access { auth, retries: Retries { times: self.retries, ..Retries::default() }, ..Access::default() }
    }

    /// What the files and folders hold now.
    pub(super) fn fingerprint(&self) -> Fingerprint {
        let mut paths = self.file.clone();
        for folder in &self.dir {
            let pattern = format!("{}/**/*", glob::Pattern::escape(&folder.to_string_lossy()));
            let found = glob::glob(&pattern).into_iter().flatten().filter_map(Result::ok);
            paths.extend(found.filter(|path| {
                path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(&self.extension))
            }));
        }
        let state = |path: &PathBuf| {
            let metadata = path.metadata().ok()?;
            Some((metadata.len(), metadata.modified().ok()?))
        };
        paths.into_iter().map(|path| (path.clone(), state(&path))).collect()
    }
}

/// All contracts that a source has, or why it does not have them all.
fn all(loaded: Loaded) -> Result<Vec<Pact>, StubError> {
    match loaded.failures.into_iter().next() {
        Some(SourceError::NotAPact { origin: Origin::File(path), source }) => {
            // Read again to say where: it may have changed by now, but then it will be loaded again, too.
            let bytes = std::fs::read(&path).unwrap_or_default();
            Err(BrokenPact::new(&path, &bytes, &source).into())
        }
        Some(failure) => Err(failure.into()),
        None => Ok(loaded.pacts.into_iter().map(|loaded| loaded.pact).collect()),
    }
}
