//! Events and their rules.

pub mod get_draw;
pub mod get_event;
pub mod list_events;
mod public_views;
pub mod put_event;
pub mod steer_event;
