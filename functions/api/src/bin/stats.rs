//! The Lambda function `stats`.

waitlist_api::function!("stats");
