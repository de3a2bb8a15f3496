//! The OpenAPI document, built from the table of routes, the request readers and the response
//! views.
//!
//! Only the tests build it. A function serves the file that they write.

mod document;
mod example;
pub(crate) mod exchange;
mod headers;
mod operation;
mod problems;
mod request;
pub(crate) mod schemas;
pub(crate) mod views;

pub(crate) use document::document;
pub use example::Example;
