//! The Lambda function `put-settings`.

waitlist_api::function!("put-settings");
