//! The Lambda function `create-code`.

waitlist_api::function!("create-code");
