//! The Lambda function `explain-entry`.

waitlist_api::function!("explain-entry");
