//! The Lambda function `get-settings`.

waitlist_api::function!("get-settings");
