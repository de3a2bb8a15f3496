//! The Lambda function `convert`.

waitlist_api::function!("convert");
