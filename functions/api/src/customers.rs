//! What customers do, or a sales system for them: join, look, act on an offer, leave.

pub mod claim;
pub mod convert;
pub mod decline;
pub mod join;
pub mod leave;
pub mod position;
