//! Which numbers of a line are whose, and which are gone.

pub mod line_index;
pub mod position_index;
