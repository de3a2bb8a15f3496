//! Whether a notification, written some time ago, is still true.

use waitlist_domain::entry::{Entry, Status};
use waitlist_domain::message::{Notification, NotificationKind};
use waitlist_domain::time::Timestamp;

/// Whether the entry, as it is now, is still in the state that the notification tells of.
pub(crate) fn is_still_true(notification: &Notification, entry: &Entry, now: Timestamp) -> bool {
    let Notification { entry_id, kind, .. } = notification;
    // The same person may have begun another stay in the line, which has notifications of its own.
    entry.id == *entry_id
        && match kind {
            NotificationKind::Joined => matches!(entry.status, Status::Waiting | Status::Offered | Status::Claimed),
            NotificationKind::Offered => {
                entry.status == Status::Offered && entry.deadline().is_some_and(|deadline| now < deadline)
            }
            NotificationKind::PurchaseEnded => entry.status == Status::Expired,
        }
}

#[cfg(test)]
mod tests {
    use waitlist_domain::contact::{EmailAddress, PersonName};
    use waitlist_domain::credential::SecretHash;
    use waitlist_domain::entry::Offer;
    use waitlist_domain::identifier::{CustomerId, EntryId, EventId, LineId, PlaceId, TicketTypeId};
    use waitlist_domain::message::Channel;
    use waitlist_domain::quantity::Quantity;

    use super::*;

    const DEADLINE: Timestamp = Timestamp::from_milliseconds(10_000);
    const BEFORE: Timestamp = Timestamp::from_milliseconds(9_999);

    fn entry(status: Status) -> Entry {
        Entry {
            lane: waitlist_domain::lane::Lane::Common,
            tier: None,
            id: EntryId::from_bits([1; 16]),
            place: PlaceId {
                customer_id: CustomerId::parse("customer").expect("valid"),
                line: LineId {
                    event_id: EventId::parse("camp").expect("valid"),
                    ticket_type_id: TicketTypeId::parse("camper").expect("valid"),
                },
                attendee_id: None,
            },
            number: 1,
            quantity: Quantity::ONE,
            minimum: None,
            status,
            joined_at: Timestamp::from_milliseconds(0),
            numbered_at: Timestamp::from_milliseconds(0),
            name: PersonName::parse("Ada").expect("valid"),
            email: EmailAddress::parse("ada@example.org").expect("valid"),
            phone: None,
            token_hash: SecretHash::of("token"),
            offer: Some(Offer {
                offered_at: Timestamp::from_milliseconds(0),
                expires_at: DEADLINE,
                quantity: Quantity::ONE,
                purchase_window: None,
            }),
            registration_id: None,
        }
    }

    fn about(entry: &Entry, kind: NotificationKind) -> Notification {
        Notification { place: entry.place.clone(), entry_id: entry.id.clone(), kind, channel: Channel::Email }
    }

    #[test]
    fn each_kind_is_true_of_its_own_statuses() {
        use NotificationKind::{Joined, Offered, PurchaseEnded};
        use Status::{Claimed, Converted, Declined, Expired, Left, Removed, Waiting};
        for (status, kinds) in [
            (Waiting, &[Joined][..]),
            (Status::Offered, &[Joined, Offered]),
            (Claimed, &[Joined]),
            (Expired, &[PurchaseEnded]),
            (Converted, &[]),
            (Declined, &[]),
            (Left, &[]),
            (Removed, &[]),
        ] {
            let entry = entry(status);
            for kind in [Joined, Offered, PurchaseEnded] {
                let still_true = is_still_true(&about(&entry, kind), &entry, BEFORE);
                assert_eq!(still_true, kinds.contains(&kind), "{kind:?} of {status:?}");
            }
        }
    }

    #[test]
    fn an_offer_is_not_told_of_once_its_deadline_has_come() {
        let entry = entry(Status::Offered);
        assert!(!is_still_true(&about(&entry, NotificationKind::Offered), &entry, DEADLINE));
    }

    #[test]
    fn another_stay_of_the_same_person_is_another_matter() {
        let entry = entry(Status::Waiting);
        let earlier = Notification { entry_id: EntryId::from_bits([2; 16]), ..about(&entry, NotificationKind::Joined) };
        assert!(!is_still_true(&earlier, &entry, BEFORE));
    }
}
