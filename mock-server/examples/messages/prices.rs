//! The application asks for prices over whatever transport there is.

use std::error::Error;

use serde::{Deserialize, Serialize};

/// Sends text, and gives back the answer.
pub(crate) struct PriceClient<T>(pub(crate) T);

#[derive(Serialize)]
struct Question<'q> {
    sku: &'q str,
}

#[derive(Deserialize)]
struct Price {
    cents: u64,
}

impl<T, E> PriceClient<T>
where
    T: Fn(String) -> Result<String, E>,
    Box<dyn Error>: From<E>,
{
    pub(crate) fn ask(&self, sku: &str) -> Result<u64, Box<dyn Error>> {
        let answer = (self.0)(serde_json::to_string(&Question { sku })?)?;
        Ok(serde_json::from_str::<Price>(&answer)?.cents)
    }
}
