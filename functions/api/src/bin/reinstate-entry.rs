//! The Lambda function `reinstate-entry`.

waitlist_api::function!("reinstate-entry");
