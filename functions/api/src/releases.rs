//! New seats, at once or in batches.

pub mod cancel_release;
pub mod get_release;
pub mod pause_release;
pub mod release;
pub mod resume_release;
