//! Reads the content of a request field by field, and complains about all bad fields at once.
//!
//! A bad field reads as `None`, and the complaint is kept. A handler therefore reads every field
//! before it builds its command: `Some(Command { name: name?, quantity: quantity? })`.

mod fields;
pub mod json;
pub(crate) mod json_object;
mod parameters;
#[cfg(feature = "openapi")]
pub mod recording;
#[cfg(test)]
mod tests;

pub use crate::input::fields::Fields;
pub use crate::input::parameters::Input;
pub(crate) use crate::input::parameters::given_more_than_once;
