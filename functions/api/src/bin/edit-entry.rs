//! The Lambda function `edit-entry`.

waitlist_api::function!("edit-entry");
