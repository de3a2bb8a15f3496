//! What the API responds with, exactly as docs/api.md has it.

pub mod answer_size;
pub mod answers;
pub mod code_answers;
pub mod journal_answers;
