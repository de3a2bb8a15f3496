//! The Lambda function `get-challenge`.

waitlist_api::function!("get-challenge");
