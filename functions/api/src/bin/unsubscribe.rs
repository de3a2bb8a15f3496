//! The Lambda function `unsubscribe`.

waitlist_api::function!("unsubscribe");
