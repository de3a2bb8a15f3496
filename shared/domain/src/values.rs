//! Values of requests: read once at the edge, and proof from then on that they are well formed.

pub mod channels;
pub mod contact;
pub mod credential;
pub mod date;
pub(crate) mod default_values;
pub mod identifier;
pub mod key_grant;
pub mod label;
pub mod language;
pub(crate) mod mail_host;
pub mod mandate;
pub(crate) mod person_name;
pub mod phone_code;
pub mod quantity;
pub mod scope;
pub mod shape;
pub mod sms_countries;
pub mod source;
pub(crate) mod text;
pub mod time;
pub mod time_zone;
pub mod unreachable;
pub mod web_address;
pub(crate) mod whole;
pub(crate) mod words;
