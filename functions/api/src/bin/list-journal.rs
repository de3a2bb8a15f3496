//! The Lambda function `list-journal`.

waitlist_api::function!("list-journal");
