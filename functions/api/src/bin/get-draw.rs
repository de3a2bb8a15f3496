//! The Lambda function `get-draw`.

waitlist_api::function!("get-draw");
