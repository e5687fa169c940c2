//! Matchers for numbers.

use std::panic::Location;

use super::{Matcher, VALUE};

mod sealed {
    pub trait Sealed {
        fn json(self) -> serde_json::Value;
    }
}

/// The integer types that [`integer`] takes as an example.
///
/// ```
/// # use pactwright::prelude::*;
/// use pactwright::matchers::Whole;
///
/// fn id(example: impl Whole) -> pactwright::matchers::Matcher { integer(example) }
/// # let _ = id(7_u64);
/// ```
pub trait Whole: sealed::Sealed {}

/// The floating-point types that [`decimal`] takes as an example.
///
/// ```
/// # use pactwright::prelude::*;
/// use pactwright::matchers::Decimal;
///
/// fn price(example: impl Decimal) -> pactwright::matchers::Matcher { decimal(example) }
/// # let _ = price(9.5_f32);
/// ```
pub trait Decimal: sealed::Sealed {}

/// The types that [`number`] takes as an example.
///
/// ```
/// # use pactwright::prelude::*;
/// use pactwright::matchers::Numeric;
///
/// fn amount(example: impl Numeric) -> pactwright::matchers::Matcher { number(example) }
/// # let _ = amount(7_i8);
/// ```
pub trait Numeric: sealed::Sealed {}

macro_rules! implement {
    ($kind:ident: $($number:ty),+) => {
        $(
            impl sealed::Sealed for $number {
                fn json(self) -> serde_json::Value {
                    self.into()
                }
            }
            impl $kind for $number {}
            impl Numeric for $number {}
        )+
    };
}

implement!(Whole: i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);
implement!(Decimal: f32, f64);

/// Any number without a fraction.
///
/// ```
/// # use pactwright::prelude::*;
/// let body = json!({ "id": integer(7), "count": integer(2_u8) });
/// # let _ = body;
/// ```
#[track_caller]
pub fn integer(example: impl Whole) -> Matcher {
    Matcher::new("integer", Location::caller()).with(VALUE, example.json())
}

/// Any number that is written with a fraction: `9.5`, and `9.0`, but not `9`. Where a provider may leave the
/// fraction out, [`number`] is what is meant.
///
/// ```
/// # use pactwright::prelude::*;
/// let body = json!({ "price": decimal(9.5) });
/// # let _ = body;
/// ```
#[track_caller]
pub fn decimal(example: impl Decimal) -> Matcher {
    Matcher::new("decimal", Location::caller()).with(VALUE, example.json())
}

/// Any number.
///
/// ```
/// # use pactwright::prelude::*;
/// let body = json!({ "celsius": number(21), "litres": number(0.75) });
/// # let _ = body;
/// ```
#[track_caller]
pub fn number(example: impl Numeric) -> Matcher {
    Matcher::new("number", Location::caller()).with(VALUE, example.json())
}
