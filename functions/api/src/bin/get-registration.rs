//! The Lambda function `get-registration`.

waitlist_api::function!("get-registration");
