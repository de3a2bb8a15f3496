//! The Lambda function `list-codes`.

waitlist_api::function!("list-codes");
