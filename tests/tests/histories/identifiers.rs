//! The ids and keys of every world.

/// The only event.
pub(super) const EVENT: &str = "event";
/// Its ticket types. It may have fewer.
pub(super) const TICKET_TYPES: [&str; 2] = ["camper", "guest"];
pub(super) const ORGANISER_KEY: &str = "wl_OrganiserKey0000000000000000000000000000000";
pub(super) const SALES_KEY: &str = "wl_SalesKey00000000000000000000000000000000000";
/// The name of everybody who joins.
pub(super) const NAME: &str = "Robin Longname";
