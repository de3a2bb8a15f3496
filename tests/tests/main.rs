//! One binary for all tests, so that they are linked once.

mod contract;
mod deployed;
mod histories;
mod privacy;
mod smoke;
