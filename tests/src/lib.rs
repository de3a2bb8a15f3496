//! Support for Waitlist's tests: the cloud in the test process, and Amazon's DynamoDB Local beside it.
//!
//! [`InProcessCloud`] answers the AWS SDK's own clients: DynamoDB by embedded dynoxide, SQS, SES and SNS by small
//! models on a simulated clock. It counts calls and capacity, and lets things go wrong as a [`FaultPlan`] says.
//! [`DynamoDbLocal`] is the yardstick for conditions and expressions.

mod api_functions;
mod api_keys;
mod challenges;
mod change_feed;
mod clock;
mod dynamodb_local;
mod entry_key;
mod faults;
mod in_process;
mod local_dynamodb;
mod meter;
mod outbox;
pub mod policies;
mod queues;
mod random;
mod replica;
pub mod table;
mod wire;

pub use api_functions::ApiFunctions;
pub use api_keys::StoredKey;
pub use challenges::solution_of;
pub use change_feed::{ChangeFeed, StreamRecord, stream_event, stream_event_json};
pub use clock::{Clock, START_MILLISECONDS};
pub use dynamodb_local::{DynamoDbLocal, FreshTable};
pub use entry_key::{entry_sort_key, entry_sort_key_of};
pub use faults::{Fault, FaultPlan, Service};
pub use in_process::{Call, Crashed, InProcessCloud, QUEUES, QueueHandle, as_function, simulate};
pub use local_dynamodb::{LocalDynamoDb, Output};
pub use meter::{Consumed, Meter, Units};
pub use outbox::{SentMail, SentSms, sms_countries};
pub use queues::{Message, queue_event, queue_event_json};
pub use random::Random;
pub use table::{Item, scan_all};
