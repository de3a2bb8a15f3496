//! The Lambda function `withdraw-offer`.

waitlist_api::function!("withdraw-offer");
