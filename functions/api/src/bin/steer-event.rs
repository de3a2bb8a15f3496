//! The Lambda function `steer-event`.

waitlist_api::function!("steer-event");
