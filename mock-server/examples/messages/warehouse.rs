//! The application reserves what was ordered.

use serde::Deserialize;

/// What the warehouse needs to know of an order: less than is published.
#[derive(Debug, Deserialize)]
pub(crate) struct Placed {
    pub(crate) id: u64,
    pub(crate) lines: Vec<Line>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Line {
    pub(crate) sku: String,
    pub(crate) count: u32,
}

/// Something that an order asks for too much of.
#[derive(Debug, thiserror::Error)]
#[error("{0} is out of stock")]
pub(crate) struct OutOfStock(pub(crate) String);

#[derive(Debug, PartialEq)]
pub(crate) struct Reserved {
    pub(crate) order: u64,
    pub(crate) sku: String,
    pub(crate) count: u32,
}

#[derive(Default)]
pub(crate) struct Warehouse {
    pub(crate) reserved: Vec<Reserved>,
}

impl Warehouse {
    pub(crate) fn handle(&mut self, order: Placed) -> Result<(), OutOfStock> {
        if let Some(line) = order.lines.iter().find(|line| line.count > 100) {
            return Err(OutOfStock(line.sku.clone()));
        }
        let lines = order.lines.into_iter();
        self.reserved.extend(lines.map(|Line { sku, count }| Reserved { order: order.id, sku, count }));
        Ok(())
    }
}
