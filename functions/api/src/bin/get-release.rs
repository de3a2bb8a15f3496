//! The Lambda function `get-release`.

waitlist_api::function!("get-release");
