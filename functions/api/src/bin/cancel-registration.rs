//! The Lambda function `cancel-registration`.

waitlist_api::function!("cancel-registration");
