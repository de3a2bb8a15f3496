//! The Lambda function `list-events`.

waitlist_api::function!("list-events");
