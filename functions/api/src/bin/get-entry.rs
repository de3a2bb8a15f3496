//! The Lambda function `get-entry`.

waitlist_api::function!("get-entry");
