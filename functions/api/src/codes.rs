//! Access codes, with which customers join a tier.

pub mod create_code;
pub mod list_codes;
pub mod revoke_code;
