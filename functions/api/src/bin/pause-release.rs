//! The Lambda function `pause-release`.

waitlist_api::function!("pause-release");
