//! Registrations: direct sales and sales out of the line.

use serde::{Deserialize, Serialize};

use crate::values::identifier::{AttendeeId, CustomerId, EntryId, LineId, RegistrationId};
use crate::values::quantity::Quantity;
use crate::values::time::Timestamp;
use crate::values::words::words;

words! {
    /// The status of a registration.
    pub enum RegistrationStatus {
        /// The seats are sold.
        Confirmed = "confirmed",
        /// It was cancelled or refunded. Its seats went to the line or on sale.
        Cancelled = "cancelled",
    }
}

words! {
    /// The origin of a registration.
    pub enum Source {
        /// Sold directly while the waitlist was inactive.
        Direct = "direct",
        /// Converted from an entry's offer.
        Waitlist = "waitlist",
    }
}

/// A sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    pub id: RegistrationId,
    pub line: LineId,
    pub quantity: Quantity,
    pub customer_id: CustomerId,
    /// The person that the seats are for, if that is not the customer.
    pub attendee_id: Option<AttendeeId>,
    pub status: RegistrationStatus,
    pub source: Source,
    /// The entry that was converted.
    pub entry_id: Option<EntryId>,
    /// The sales system's name for the payment.
    pub payment_reference: Option<String>,
    pub created_at: Timestamp,
}
