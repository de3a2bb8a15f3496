//! The Lambda function `register`.

waitlist_api::function!("register");
