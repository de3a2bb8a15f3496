//! The Lambda function `send-phone-code`.

waitlist_api::function!("send-phone-code");
