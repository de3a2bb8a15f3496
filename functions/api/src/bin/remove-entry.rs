//! The Lambda function `remove-entry`.

waitlist_api::function!("remove-entry");
