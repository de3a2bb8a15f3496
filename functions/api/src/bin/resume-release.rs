//! The Lambda function `resume-release`.

waitlist_api::function!("resume-release");
