use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use pactwright_core::json::{JsonBuf, ObjectBuf};

use super::{StateAction, StateChange, StateError, StateErrorReason, StateHandler};
use crate::guard;
use crate::transport::BoxError;

type Function = Arc<dyn Fn(ObjectBuf) -> BoxFuture<'static, Result<ObjectBuf, BoxError>> + Send + Sync>;

/// Functions in this process that bring the provider into a state: for tests that start the provider themselves.
///
/// A state without a function is an error, not something to pass over: the interaction would be verified against a
/// provider in another state.
///
/// ```
/// use pactwright_verifier::states::{StateFunctions, StateValues};
///
/// let states = StateFunctions::new()
///     .setup("order exists", async |params| {
///         let id = params.get("id").and_then(|id| id.as_u64()).ok_or("no id")?;
///         // ... put an order into the database ...
///         Ok(StateValues::new().with("id", id))
///     })
///     .teardown("order exists", async |_| {
///         // ... take it out again ...
///         Ok(())
///     });
/// ```
#[derive(Clone)]
pub struct StateFunctions {
    setup: BTreeMap<String, Function>,
    teardown: BTreeMap<String, Function>,
    timeout: Duration,
}

impl Default for StateFunctions {
    fn default() -> Self {
        Self { setup: BTreeMap::new(), teardown: BTreeMap::new(), timeout: Duration::from_secs(30) }
    }
}

/// Values that come out of setting up a state, for use in the request of the interaction.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StateValues(ObjectBuf);

impl StateValues {
    /// No values.
    pub fn new() -> Self {
        Self::default()
    }

    /// With a value of that name.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<JsonBuf>) -> Self {
        self.0.insert(name.to_owned(), value);
        self
    }
}

impl From<()> for StateValues {
    fn from((): ()) -> Self {
        Self::default()
    }
}

impl From<ObjectBuf> for StateValues {
    fn from(values: ObjectBuf) -> Self {
        Self(values)
    }
}

impl StateFunctions {
    /// No functions yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// With a function that sets a state up. It is given the parameters of the state, and gives values or `()`.
    #[must_use]
    pub fn setup<F, R, V>(mut self, state: &str, function: F) -> Self
    where
        F: Fn(ObjectBuf) -> R + Send + Sync + 'static,
        R: Future<Output = Result<V, BoxError>> + Send + 'static,
        V: Into<StateValues>,
    {
        self.setup.insert(state.to_owned(), boxed(function));
        self
    }

    /// With a function that tears a state down. A state that has none needs no tearing down.
    #[must_use]
    pub fn teardown<F, R>(mut self, state: &str, function: F) -> Self
    where
        F: Fn(ObjectBuf) -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), BoxError>> + Send + 'static,
    {
        self.teardown.insert(state.to_owned(), boxed(function));
        self
    }

    /// How long a function may take. 30 seconds unless set: setting up a database takes its time.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    async fn call(&self, change: StateChange<'_>) -> Result<ObjectBuf, StateError> {
        let functions = match change.action {
            StateAction::Setup => &self.setup,
            StateAction::Teardown => &self.teardown,
        };
        let name = &change.state.name;
        let Some(function) = functions.get(name) else {
            // What is asked for without a state is for handlers that want to hear of everything.
            if change.action == StateAction::Teardown || name.is_empty() {
                return Ok(ObjectBuf::new());
            }
            let known = self.setup.keys().map(|name| format!("\"{name}\"")).collect();
            return Err(change.failed(StateErrorReason::NoHandler { known }));
        };
        let given = guard::call(self.timeout, || function(change.state.params.clone())).await;
        let given = given.map_err(|_| change.failed(StateErrorReason::Timeout { after: self.timeout }))?;
        given.map_err(|error| change.failed(StateErrorReason::Failed(error)))
    }
}

fn boxed<F, R, V>(function: F) -> Function
where
    F: Fn(ObjectBuf) -> R + Send + Sync + 'static,
    R: Future<Output = Result<V, BoxError>> + Send + 'static,
    V: Into<StateValues>,
{
    Arc::new(move |params| function(params).map(|result| result.map(|values| values.into().0)).boxed())
}

impl fmt::Debug for StateFunctions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("StateFunctions")
            .field("setup", &self.setup.keys())
            .field("teardown", &self.teardown.keys())
            .field("timeout", &self.timeout)
            .finish()
    }
}

impl StateHandler for StateFunctions {
    fn change<'a>(&'a self, change: StateChange<'a>) -> BoxFuture<'a, Result<ObjectBuf, StateError>> {
        self.call(change).boxed()
    }

    fn tears_down(&self) -> bool {
        !self.teardown.is_empty()
    }

    fn handles(&self, state: &str) -> Option<bool> {
        Some(self.setup.contains_key(state))
    }
}
