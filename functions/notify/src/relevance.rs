//! Decides whether a notification is still true when it is sent.

use waitlist_domain::entry::{Entry, Status};
use waitlist_domain::messages::message::{Notification, NotificationKind, Occasion};
use waitlist_domain::values::time::Timestamp;
use waitlist_store::StoredEntry;

/// Whether the stored entry is still in the state that the notification tells of.
pub(crate) fn is_still_true(notification: &Notification, stored: &StoredEntry, now: Timestamp) -> bool {
    let Notification { entry_id, kind, .. } = notification;
    let entry = &stored.entry;
    let is_live = || entry.deadline().is_some_and(|deadline| now < deadline);
    // A customer may join the line again, and an entry may get another offer. Each new entry and
    // offer has notifications of its own.
    entry.id == *entry_id
        && is_same_occasion(notification, entry)
        && match kind {
            NotificationKind::Joined => matches!(entry.status, Status::Waiting | Status::Offered | Status::Claimed),
            NotificationKind::Confirm | NotificationKind::ConfirmReminder => {
                entry.status == Status::Waiting && !entry.is_confirmed()
            }
            NotificationKind::JoinedAgain => !entry.status.may_rejoin(),
            NotificationKind::Offered | NotificationKind::Reminder => entry.status == Status::Offered && is_live(),
            NotificationKind::Claimed => entry.status == Status::Claimed && is_live(),
            NotificationKind::Converted => entry.status == Status::Converted && !stored.registration_cancelled,
            NotificationKind::Expired | NotificationKind::PurchaseEnded => entry.status == Status::Expired,
            NotificationKind::Declined => entry.status == Status::Declined,
            NotificationKind::MovedUp => entry.status == Status::Waiting,
            NotificationKind::PhoneCode => !entry.status.may_rejoin(),
        }
}

/// Whether the entry still has the notification's occasion and address.
///
/// Moving up and codes are different. An entry that came within a threshold has done so, even if
/// another entry was placed before it since.
fn is_same_occasion(notification: &Notification, entry: &Entry) -> bool {
    match notification.kind {
        NotificationKind::MovedUp => notification.threshold().is_some(),
        // Whether the code is still the last that was asked for is looked up with the code.
        NotificationKind::PhoneCode => true,
        kind => {
            let is_same_address = notification.address_version == entry.address_versions.of(notification.channel);
            // Several joins of one person may be told. Each is true as long as the entry stands.
            let of_a_join = matches!(kind, NotificationKind::Confirm | NotificationKind::JoinedAgain);
            is_same_address && (of_a_join || notification.occasion == Occasion::of(kind, entry))
        }
    }
}

#[cfg(test)]
mod tests {
    use waitlist_domain::entry::applicant::Applicant;
    use waitlist_domain::entry::recent_offers::RecentOffers;
    use waitlist_domain::entry::{AddressVersions, Entry, Offer};
    use waitlist_domain::values::contact::{EmailAddress, PersonName, PhoneNumber};
    use waitlist_domain::values::credential::SecretHash;
    use waitlist_domain::values::identifier::{CustomerId, EntryId, EventId, LineId, PlaceId, TicketTypeId};
    use waitlist_domain::values::quantity::Quantity;
    use waitlist_store::LastChange;

    use super::*;

    const DEADLINE: Timestamp = Timestamp::from_milliseconds(10_000);
    const BEFORE: Timestamp = Timestamp::from_milliseconds(9_999);

    fn stored(status: Status) -> StoredEntry {
        let entry = Entry {
            lane: waitlist_domain::line::lane::Lane::Common,
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
            applicant: Applicant {
                phone: Some(PhoneNumber::parse("+12025550143").expect("valid")),
                is_phone_unproven: true,
                ..Applicant::new(
                    PersonName::parse("Ada").expect("valid"),
                    EmailAddress::parse("ada@example.org").expect("valid"),
                    Quantity::ONE,
                )
            },
            status,
            joined_at: Timestamp::from_milliseconds(0),
            confirm_by: None,
            confirmation_reminded_at: None,
            token_only_looks: false,
            numbered_at: Timestamp::from_milliseconds(0),
            token_hash: SecretHash::of("token"),
            address_versions: AddressVersions::default(),
            unreachable_by_mail: None,
            is_unsubscribed: false,
            offer: Some(Offer {
                offered_at: Timestamp::from_milliseconds(0),
                expires_at: DEADLINE,
                quantity: Quantity::ONE,
                purchase_window: None,
                remind_at: None,
                reminded_at: None,
            }),
            registration_id: None,
        };
        StoredEntry {
            entry,
            joined_position: None,
            mailed_token_hashes: Vec::new(),
            texted_token_hashes: Vec::new(),
            commands: Vec::new(),
            action: None,
            registration_cancelled: false,
            may_overtake: false,
            offers: RecentOffers::default(),
            last_change: LastChange {
                step: 1,
                at: Timestamp::from_milliseconds(0),
                by: "customer".to_owned(),
                why: None,
            },
            moments: Vec::new(),
            own_changes: 0,
            offered_by: None,
            joined_again_at: None,
        }
    }

    fn about(stored: &StoredEntry, kind: NotificationKind) -> Notification {
        Notification::about(&stored.entry, kind).remove(0)
    }

    #[test]
    fn each_kind_is_true_of_its_own_statuses() {
        use NotificationKind::{
            Claimed, Converted, Declined, Expired, Joined, JoinedAgain, Offered, PhoneCode, PurchaseEnded, Reminder,
        };
        for (status, kinds) in [
            (Status::Waiting, &[Joined, JoinedAgain, PhoneCode][..]),
            (Status::Offered, &[Joined, JoinedAgain, PhoneCode, Offered, Reminder]),
            (Status::Claimed, &[Joined, JoinedAgain, PhoneCode, Claimed]),
            (Status::Converted, &[JoinedAgain, PhoneCode, Converted]),
            (Status::Expired, &[Expired, PurchaseEnded]),
            (Status::Declined, &[Declined]),
            (Status::Left, &[]),
            (Status::Removed, &[]),
            (Status::Unconfirmed, &[]),
        ] {
            let stored = stored(status);
            for kind in NotificationKind::ALL {
                let still_true = is_still_true(&about(&stored, kind), &stored, BEFORE);
                assert_eq!(still_true, kinds.contains(&kind), "{kind:?} of {status:?}");
            }
        }
    }

    #[test]
    fn an_offer_is_not_told_of_once_its_deadline_has_come() {
        for (status, kind) in
            [(Status::Offered, NotificationKind::Offered), (Status::Claimed, NotificationKind::Claimed)]
        {
            let stored = stored(status);
            assert!(!is_still_true(&about(&stored, kind), &stored, DEADLINE));
        }
    }

    #[test]
    fn a_sale_that_was_cancelled_meanwhile_is_not_told_of() {
        let stored = StoredEntry { registration_cancelled: true, ..stored(Status::Converted) };
        assert!(!is_still_true(&about(&stored, NotificationKind::Converted), &stored, BEFORE));
    }

    #[test]
    fn what_was_for_an_address_that_was_changed_is_no_more_told_save_of_having_moved_up() {
        let mut stored = stored(Status::Waiting);
        let joined = about(&stored, NotificationKind::Joined);
        let moved_up = Notification::of_having_moved_up(&stored.entry, 10).remove(0);
        stored.entry.address_versions = AddressVersions { email: 0, sms: 1 };
        assert!(is_still_true(&joined, &stored, BEFORE), "the other channel's");
        stored.entry.address_versions = AddressVersions { email: 1, sms: 1 };
        assert!(!is_still_true(&joined, &stored, BEFORE));
        assert!(is_still_true(&about(&stored, NotificationKind::Joined), &stored, BEFORE));
        // A message about moving up is not repeated to a new address, so this one stays true.
        assert!(is_still_true(&moved_up, &stored, BEFORE));
    }

    #[test]
    fn another_stay_of_the_same_person_is_another_matter() {
        let stored = stored(Status::Waiting);
        let earlier =
            Notification { entry_id: EntryId::from_bits([2; 16]), ..about(&stored, NotificationKind::Joined) };
        assert!(!is_still_true(&earlier, &stored, BEFORE));
    }
}
