//! What a request holds, read field by field.

pub mod fields;
pub mod given_answers;
pub(crate) mod json_object;
pub mod pace;
