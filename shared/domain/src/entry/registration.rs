//! Registrations: sales, direct or out of the line.

use serde::{Deserialize, Serialize};

use crate::values::identifier::{AttendeeId, CustomerId, EntryId, LineId, RegistrationId};
use crate::values::quantity::Quantity;
use crate::values::time::Timestamp;
use crate::values::words::words;

words! {
    /// Whether a registration stands.
    pub enum RegistrationStatus {
        /// Its seats are sold.
        Confirmed = "confirmed",
        /// Cancelled or refunded; its seats went to the line or back on sale.
        Cancelled = "cancelled",
    }
}

words! {
    /// How a registration came about.
    pub enum Source {
        /// Sold past an inactive waitlist.
        Direct = "direct",
        /// Converted from an entry's offer.
        Waitlist = "waitlist",
    }
}

/// A sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    /// Its id.
    pub id: RegistrationId,
    /// What was sold.
    pub line: LineId,
    /// How many seats.
    pub quantity: Quantity,
    /// To whom.
    pub customer_id: CustomerId,
    /// For whom, where that is not the customer.
    pub attendee_id: Option<AttendeeId>,
    /// Whether it stands.
    pub status: RegistrationStatus,
    /// How it came about.
    pub source: Source,
    /// The entry it was converted from.
    pub entry_id: Option<EntryId>,
    /// What the sales system calls the payment.
    pub payment_reference: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
}
