//! Readers that several handlers share.

pub mod commands;
pub mod given_answers;
pub mod own_entries;
pub mod pace;
pub mod release_commands;
pub mod wishes;
pub mod yes;
