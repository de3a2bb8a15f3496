//! Messages: between the workers and to customers, with their limits and rates.

pub mod channel_choice;
pub mod link_mail;
pub mod message;
pub mod message_limit;
pub mod send_rate;
