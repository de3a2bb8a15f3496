//! The Lambda function `change-entry`.

waitlist_api::function!("change-entry");
