//! The Lambda function `get-event`.

waitlist_api::function!("get-event");
