//! The Lambda function `find`.

waitlist_api::function!("find");
