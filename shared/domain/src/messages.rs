//! Messages to customers: which, to whom, how many, how fast.

pub mod message;
pub mod message_limit;
pub mod send_rate;
