//! Reads the content of a request field by field.

pub mod fields;
pub(crate) mod json_object;
#[cfg(feature = "openapi")]
pub mod recording;
