/// How many requests whoever asks may send: so many a minute, and as many as the burst at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateConfig {
    /// How many requests a minute one token, user or person may send; 0 is any number.
    ///
    /// A fleet of pipelines stands behind one token, and the clients of Pact take a refusal for a failure: so this is far
    /// above what a fleet sends, and below what one program that runs wild does.
    pub per_minute: u32,
    /// How many of them at once.
    pub burst: u32,
    /// How many requests a minute may come from one address without saying who asks; 0 is any number.
    ///
    /// Any number where nothing is said: behind a proxy that is not trusted all of them come from one address.
    pub anonymous_per_minute: u32,
    /// How many of them at once.
    pub anonymous_burst: u32,
}

impl Default for RateConfig {
    fn default() -> Self {
        Self { per_minute: 60_000, burst: 10_000, anonymous_per_minute: 0, anonymous_burst: 200 }
    }
}
