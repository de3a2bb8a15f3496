//! Direct sales and cancellations.

pub mod cancel_registration;
pub mod get_registration;
pub mod register;
