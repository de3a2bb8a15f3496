//! Configuration, logs and metrics.

pub mod configuration;
pub mod metrics;
pub mod telemetry;
