//! Whether a customer can be reached, and what stands in for a mail that does not reach them.

use crate::entry::{Entry, Offer, Status};
use crate::values::channels::Channel;
use crate::values::time::Timestamp;
use crate::values::unreachable::Cause;

impl Entry {
    /// Whether the entry's offer is told by text because mail does not reach the customer. That is
    /// so even if they chose mail alone, because seats are held for them. There must be a number that
    /// messages may go to.
    ///
    /// The time of the offer decides, so that the answer is the same at each look at the entry.
    pub fn gets_offer_by_text_instead(&self) -> bool {
        let offer = self.offer.as_ref().filter(|_| self.status == Status::Offered);
        let is_missed = |offer: &Offer| self.unreachable_by(Channel::Email, offer.offered_at).is_some();
        self.applicant.proven_phone().is_some() && offer.is_some_and(is_missed)
    }

    /// Why the customer can't be reached by a channel, if a report says so that still holds.
    ///
    /// Nobody reports of text messages.
    pub fn unreachable_by(&self, channel: Channel, now: Timestamp) -> Option<Cause> {
        let reported = match channel {
            Channel::Email => self.unreachable_by_mail,
            Channel::Sms => None,
        };
        reported.filter(|unreachable| unreachable.holds_at(now)).map(|unreachable| unreachable.cause)
    }
}
