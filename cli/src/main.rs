//! The pactwright command line.
fn main() {}
