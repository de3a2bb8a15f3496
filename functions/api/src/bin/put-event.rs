//! The Lambda function `put-event`.

waitlist_api::function!("put-event");
