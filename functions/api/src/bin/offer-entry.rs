//! The Lambda function `offer-entry`.

waitlist_api::function!("offer-entry");
