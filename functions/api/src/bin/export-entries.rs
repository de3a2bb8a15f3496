//! The Lambda function `export-entries`.

waitlist_api::function!("export-entries");
