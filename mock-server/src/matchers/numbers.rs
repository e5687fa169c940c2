//! Matchers for numbers.

use std::panic::Location;

use super::{Matcher, VALUE};

mod sealed {
    pub trait Sealed {
        fn json(self) -> serde_json::Value;
    }
}

/// The integer types that [`integer`] takes as an example.
pub trait Whole: sealed::Sealed {}

/// The floating-point types that [`decimal`] takes as an example.
pub trait Decimal: sealed::Sealed {}

/// The types that [`number`] takes as an example.
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
#[track_caller]
pub fn integer(example: impl Whole) -> Matcher {
    Matcher::new("integer", Location::caller()).with(VALUE, example.json())
}

/// Any number that is written with a fraction: `9.5`, and `9.0`, but not `9`. Where a provider may leave the
/// fraction out, [`number`] is what is meant.
#[track_caller]
pub fn decimal(example: impl Decimal) -> Matcher {
    Matcher::new("decimal", Location::caller()).with(VALUE, example.json())
}

/// Any number.
#[track_caller]
pub fn number(example: impl Numeric) -> Matcher {
    Matcher::new("number", Location::caller()).with(VALUE, example.json())
}
