//! The Lambda function `list-entries`.

waitlist_api::function!("list-entries");
