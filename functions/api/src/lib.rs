//! The endpoints of the HTTP API.
//!
//! Each endpoint is a Lambda function of its own. Its row in [`routes`] defines its method, path
//! and callers. Its handler is a function from a [`Call`](waitlist_runtime::http::Call) to an
//! [`Reply`](waitlist_runtime::http::Reply). Its binary in `src/bin` connects the row and the
//! handler. A binary links no handler but its own.

pub mod challenges;
pub mod codes;
pub mod customers;
pub mod documents;
pub mod events;
pub mod no_route;
#[cfg(feature = "openapi")]
pub mod openapi;
pub mod organisers;
pub mod reading;
pub mod records;
pub mod releases;
pub mod routes;
pub mod sales;
pub mod serving;
pub mod settings;
pub mod views;
