//! Path expressions: what is written is read again, and the order of precedence is an order.
#![no_main]

use std::cmp::Ordering;

use libfuzzer_sys::fuzz_target;
use pactwright_core::path::DocPath;

fuzz_target!(|text: &str| {
    let mut paths = Vec::new();
    for line in text.split('\n').take(4) {
        match line.parse::<DocPath>() {
            Ok(path) => {
                let written = path.to_string();
                assert_eq!(written.parse::<DocPath>().as_ref(), Ok(&path), "{written}");
                assert_eq!(DocPath::from_steps(path.steps().to_vec()).to_string(), written);
                paths.push(path);
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
    for left in &paths {
        for right in &paths {
            let order = left.specificity(right);
            assert_eq!(right.specificity(left), order.reverse(), "{left} {right}");
            assert_eq!(order == Ordering::Equal, left == right, "{left} {right}");
            for third in paths.iter().filter(|third| order.is_lt() && right.specificity(third).is_lt()) {
                assert!(left.specificity(third).is_lt(), "{left} {right} {third}");
            }
        }
    }
});
