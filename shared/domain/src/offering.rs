//! Offering: which entries are offered free seats, and when.

#[cfg(test)]
mod order_by_example;
pub mod permission;
pub mod promotion;
