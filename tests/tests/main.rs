//! One binary for all tests, so that they are linked once.

mod conformance;
mod contract;
mod csv;
mod deployed;
mod events;
mod histories;
mod lots;
mod modules;
mod openapi;
mod policies;
mod privacy;
mod smoke;
mod telling;
mod template;
mod texts;
