//! The Lambda function `decline`.

waitlist_api::function!("decline");
