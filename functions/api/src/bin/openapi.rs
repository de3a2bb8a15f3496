//! The Lambda function `openapi`.

waitlist_api::function!("openapi");
