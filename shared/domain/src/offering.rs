//! Who is offered free seats, and when.

#[cfg(test)]
mod order_by_example;
pub mod promotion;
