//! The Lambda function `join`.

waitlist_api::function!("join");
