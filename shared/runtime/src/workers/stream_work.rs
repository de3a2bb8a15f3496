//! The work that a record of the table's stream makes.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What is to be done because of one record.
///
/// It can wait in a queue, because it has the record's keys and none of its images.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Work<Task> {
    /// Identifies the record.
    pub sequence_number: String,
    /// The letter about the record, in case that the task can never be done.
    pub letter: Value,
    /// The task.
    pub task: Task,
}
