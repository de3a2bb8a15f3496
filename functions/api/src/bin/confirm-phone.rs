//! The Lambda function `confirm-phone`.

waitlist_api::function!("confirm-phone");
