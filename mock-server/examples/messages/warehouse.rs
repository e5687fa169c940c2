//! The application reserves what was ordered.

use serde::Deserialize;

/// What the warehouse needs to know of an order: less than is published.
#[derive(Debug, Deserialize)]
pub struct Placed {
    pub id: u64,
    pub lines: Vec<Line>,
}

#[derive(Debug, Deserialize)]
pub struct Line {
    pub sku: String,
    pub count: u32,
}

/// Something that an order asks for too much of.
#[derive(Debug, thiserror::Error)]
#[error("{0} is out of stock")]
pub struct OutOfStock(pub String);

#[derive(Debug, PartialEq)]
pub struct Reserved {
    pub order: u64,
    pub sku: String,
    pub count: u32,
}

#[derive(Default)]
pub struct Warehouse {
    pub reserved: Vec<Reserved>,
}

impl Warehouse {
    pub fn handle(&mut self, order: Placed) -> Result<(), OutOfStock> {
        if let Some(line) = order.lines.iter().find(|line| line.count > 100) {
            return Err(OutOfStock(line.sku.clone()));
        }
        let lines = order.lines.into_iter();
        self.reserved.extend(lines.map(|Line { sku, count }| Reserved { order: order.id, sku, count }));
        Ok(())
    }
}
