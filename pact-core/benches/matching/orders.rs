//! A list of orders: bodies of any size, and contracts for them, as V3 files write responses.

use std::fmt::Write;

/// A body with so many orders, all different.
pub(crate) fn body(orders: u32) -> String {
    let items: Vec<_> = (1..=orders).map(order).collect();
    format!(r#"{{"orders":[{}]}}"#, items.join(","))
}

fn order(number: u32) -> String {
    let (day, hour, cents) = (number % 28 + 1, number % 24, number % 100);
    format!(
        r#"{{"id":{number},"sku":"SKU-{number}","price":{number}.{cents:02}5,"placed":"2024-05-{day:02}T{hour:02}:30:00Z","customer":"Customer number {number}","paid":{paid},"status":"{status}","weight":{weight}.5,"email":"c{number}@example.org","tags":["red","new"]}}"#,
        paid = number.is_multiple_of(2),
        status = ["open", "sent", "done"][number as usize % 3],
        weight = number % 40,
    )
}

/// One example order, and rules of every common kind that hold for all.
pub(crate) fn eleven_rules() -> String {
    let rules = [
        ("$.orders", r#"{"match":"type","min":1}"#),
        ("$.orders[*].id", r#"{"match":"integer"}"#),
        ("$.orders[*].sku", r#"{"match":"regex","regex":"SKU-\\d+"}"#),
        ("$.orders[*].price", r#"{"match":"decimal"}"#),
        ("$.orders[*].placed", r#"{"match":"datetime","format":"yyyy-MM-dd'T'HH:mm:ssXXX"}"#),
        ("$.orders[*].customer", r#"{"match":"type"}"#),
        ("$.orders[*].paid", r#"{"match":"type"}"#),
        ("$.orders[*].status", r#"{"match":"regex","regex":"open|sent|done"}"#),
        ("$.orders[*].weight", r#"{"match":"decimal"}"#),
        ("$.orders[*].email", r#"{"match":"regex","regex":"[^@]+@[^@]+"}"#),
        ("$.orders[*].tags", r#"{"match":"type","min":1}"#),
    ];
    contract(&body(1), &rules.map(|(path, rule)| (path.to_owned(), rule)))
}

/// So many example orders, and four rules for each by its index.
pub(crate) fn exact_rules(orders: u32) -> String {
    let rules: Vec<_> = (0..orders)
        .flat_map(|index| {
            [
                (format!("$.orders[{index}].id"), r#"{"match":"integer"}"#),
                (format!("$.orders[{index}].sku"), r#"{"match":"regex","regex":"SKU-\\d+"}"#),
                (format!("$.orders[{index}].price"), r#"{"match":"decimal"}"#),
                (format!("$.orders[{index}].customer"), r#"{"match":"type"}"#),
            ]
        })
        .collect();
    contract(&body(orders), &rules)
}

fn contract(body: &str, rules: &[(String, &str)]) -> String {
    let mut written = String::new();
    for (path, rule) in rules {
        let comma = if written.is_empty() { "" } else { "," };
        write!(written, r#"{comma}"{path}":{{"matchers":[{rule}]}}"#).unwrap();
    }
    format!(
        r#"{{"status":200,"headers":{{"content-type":"application/json"}},"body":{body},"matchingRules":{{"body":{{{written}}}}}}}"#
    )
}
