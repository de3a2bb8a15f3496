//! The items of the table: their keys, their attributes, what is written of them.

pub mod command_names;
pub mod draw_items;
pub mod entry_item;
pub mod funnel_item;
pub mod key;
pub mod line_items;
pub mod seeds;
