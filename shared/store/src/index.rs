//! Whose the numbers of a line are, and which are gone.

pub mod line_index;
pub mod position_index;
