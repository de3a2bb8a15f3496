//! The Lambda function `move-entry`.

waitlist_api::function!("move-entry");
