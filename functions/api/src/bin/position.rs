//! The Lambda function `position`.

waitlist_api::function!("position");
