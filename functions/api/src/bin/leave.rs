//! The Lambda function `leave`.

waitlist_api::function!("leave");
