//! The Lambda function `release`.

waitlist_api::function!("release");
