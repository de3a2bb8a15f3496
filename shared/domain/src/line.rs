//! A line: its numbers, its order, its seats.

pub mod about_as_many;
pub mod draw;
pub mod fit;
pub mod lane;
pub mod moved_up;
pub mod numbers;
pub mod order;
pub mod position_index;
pub mod release;
pub mod seats;
pub mod steering;
pub mod turns;
pub mod waiting;
