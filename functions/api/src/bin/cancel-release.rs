//! The Lambda function `cancel-release`.

waitlist_api::function!("cancel-release");
