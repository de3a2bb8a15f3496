//! What the API responds with, exactly as docs/api.md has it.

pub mod codes;
mod counts;
pub mod draws;
pub mod entries;
pub mod events;
mod funnel;
pub mod journal;
mod moments;
pub mod page_size;
pub mod registrations;
pub mod releases;
pub mod statistics;
