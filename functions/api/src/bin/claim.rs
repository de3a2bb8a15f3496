//! The Lambda function `claim`.

waitlist_api::function!("claim");
