//! The Lambda function `revoke-code`.

waitlist_api::function!("revoke-code");
