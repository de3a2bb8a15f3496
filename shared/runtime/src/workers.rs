//! The runtime of the workers: queues, batches and the table's stream.

pub mod batches;
pub mod line_batches;
pub mod lines_in_trouble;
pub mod movers;
pub mod queues;
pub mod stream_batches;
pub mod stream_records;
pub mod stream_work;
