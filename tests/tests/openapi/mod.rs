//! `openapi.json`: that it says what the code does, and that requests and responses keep to it.

mod documented;
mod generated;
