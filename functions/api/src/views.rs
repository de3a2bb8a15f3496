//! The bodies of the API's responses, as docs/api.md defines them.

pub mod challenges;
pub mod codes;
mod counts;
pub mod draws;
pub mod entries;
mod event_details;
pub mod events;
mod funnel;
pub mod journal;
mod moments;
pub mod page_size;
pub mod registrations;
pub mod releases;
pub mod settings;
pub mod statistics;
