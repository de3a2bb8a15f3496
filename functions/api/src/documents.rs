//! Documents about the API itself.

pub mod openapi;
