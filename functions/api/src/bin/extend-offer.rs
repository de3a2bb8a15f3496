//! The Lambda function `extend-offer`.

waitlist_api::function!("extend-offer");
