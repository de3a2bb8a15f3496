//! The runtime of the workers: queues, batches and the table's stream.

pub mod batches;
pub mod movers;
pub mod queues;
pub mod stream_batches;
pub mod stream_records;
