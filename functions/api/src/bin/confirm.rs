//! The Lambda function `confirm`.

waitlist_api::function!("confirm");
