//! What customers change of their own entries.
//!
//! A place is held for the seats that were asked for. So a change may ask for fewer seats, and the
//! place stays. Who wants more seats joins again.
//!
//! An entry keeps the time of each of its changes. So a customer may make a limited number of them.

use crate::Refusal;
use crate::entry::{Entry, Status};
use crate::error::FieldError;
use crate::form::answers::{Answers, GivenAnswers};
use crate::values::channels::{Channel, Channels};
use crate::values::contact::{ContactChange, PersonName, PhoneChange};
use crate::values::language::LanguageTag;
use crate::values::quantity::Quantity;

/// How often a customer may change an entry. Each change makes the entry a little longer, and an
/// entry that is too long can't be offered seats.
pub const MOST_OWN_CHANGES: u64 = 30;

/// A customer's change of their own entry. An absent part stays.
///
/// `A` is [`GivenAnswers`] until the event's form has checked the answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnChange<A = Answers> {
    pub name: Option<PersonName>,
    pub phone: PhoneChange,
    pub locale: Option<LanguageTag>,
    pub channels: Option<Channels>,
    /// All answers: they replace those that were given before.
    pub answers: Option<A>,
    pub quantity: Option<Quantity>,
    pub minimum: Option<Quantity>,
}

impl OwnChange<GivenAnswers> {
    /// The same change with the answers that the form accepted.
    pub fn with_checked(&self, answers: Option<Answers>) -> OwnChange {
        let Self { name, phone, locale, channels, answers: _, quantity, minimum } = self.clone();
        OwnChange { name, phone, locale, channels, answers, quantity, minimum }
    }
}

impl<A> OwnChange<A> {
    /// The part that an organiser may correct as well.
    pub fn contact(&self) -> ContactChange {
        ContactChange { name: self.name.clone(), email: None, phone: self.phone.clone() }
    }

    /// Whether every part stays.
    pub fn is_empty(&self) -> bool {
        self.name.is_none()
            && self.phone == PhoneChange::Keep
            && self.locale.is_none()
            && self.channels.is_none()
            && self.answers.is_none()
            && self.quantity.is_none()
            && self.minimum.is_none()
    }
}

impl Entry {
    /// Whether its customer may make the change now. A change to what already is may always be
    /// made, so that a request can be repeated.
    pub fn check_own_change<A>(&self, change: &OwnChange<A>) -> Result<(), Refusal> {
        let status = self.status.as_str();
        let changed = self.after(change);
        match self.status {
            _ if self.applicant.is_removed() => Err(Refusal::PersonalDataRemoved),
            Status::Waiting => Ok(()),
            _ if changed == *self && change.answers.is_none() => Ok(()),
            Status::Offered | Status::Claimed if changed.seats_asked_for() != self.seats_asked_for() => {
                Err(Refusal::NotWaiting { status })
            }
            Status::Offered | Status::Claimed => Ok(()),
            _ => Err(Refusal::EntryEnded { status }),
        }
    }

    /// The entry after everything of the change but its answers.
    fn after<A>(&self, change: &OwnChange<A>) -> Self {
        let mut changed = self.with_contact(&change.contact());
        let applicant = &mut changed.applicant;
        applicant.locale = change.locale.clone().or_else(|| applicant.locale.take());
        applicant.chosen_channels = change.channels.clone().or_else(|| applicant.chosen_channels.take());
        applicant.quantity = change.quantity.unwrap_or(applicant.quantity);
        let kept = applicant.minimum.map(|minimum| minimum.min(applicant.quantity));
        applicant.minimum = change.minimum.or(kept);
        changed
    }

    /// The seats that it asks for, and the fewest that it accepts.
    fn seats_asked_for(&self) -> (Quantity, Quantity) {
        (self.applicant.quantity, self.applicant.least())
    }

    /// The entry after its customer's change. The refusal names all that is wrong with it.
    ///
    /// A least number of seats that is above the new number follows it.
    pub fn with_own_change(&self, change: &OwnChange) -> Result<Self, Refusal> {
        self.check_own_change(change)?;
        let mut changed = self.after(change);
        changed.applicant.answers = change.answers.clone().unwrap_or(changed.applicant.answers);
        let errors = changed.complaints(self.applicant.quantity, change);
        if errors.is_empty() { Ok(changed) } else { Err(Refusal::Invalid(errors)) }
    }

    /// What is wrong with an entry after its customer's change. It asked for so many seats `before`.
    fn complaints(&self, before: Quantity, change: &OwnChange) -> Vec<FieldError> {
        let applicant = &self.applicant;
        let most = before.get();
        let more = (applicant.quantity > before).then(|| {
            let detail = format!("must be at most {most}, the seats that this place is for: join again for more");
            FieldError::new("/quantity", detail)
        });
        let above = applicant.minimum.is_some_and(|minimum| minimum > applicant.quantity).then(|| {
            let detail = format!("must be at most the quantity asked for, {}", applicant.quantity.get());
            FieldError::new("/minQuantity", detail)
        });
        let has_texts = change.channels.as_ref().is_some_and(|channels| channels.has(Channel::Sms));
        let nowhere = (has_texts && applicant.phone.is_none())
            .then(|| FieldError::new("/channels", "must not have \"sms\" without a phone number in phone"));
        more.into_iter().chain(above).chain(nowhere).collect()
    }

    /// Whether it asks for fewer seats than `before`, or is content with fewer. Then free seats may
    /// suit it that did not.
    pub fn suits_more_than(&self, before: &Self) -> bool {
        let asks = |entry: &Self| entry.applicant.quantity;
        self.status == Status::Waiting
            && self.is_confirmed()
            && (asks(self) < asks(before) || self.applicant.least() < before.applicant.least())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::entry::example::{DEADLINE, entry, once_offered, with_phone};
    use crate::values::contact::{EmailAddress, PhoneNumber};

    const SAME: OwnChange = OwnChange {
        name: None,
        phone: PhoneChange::Keep,
        locale: None,
        channels: None,
        answers: None,
        quantity: None,
        minimum: None,
    };

    fn seats(count: i64) -> Option<Quantity> {
        Some(Quantity::parse(count).expect("valid"))
    }

    /// An entry that waits for so many seats, and would take fewer.
    fn asking(quantity: i64, minimum: Option<i64>) -> Entry {
        let mut entry = entry();
        entry.applicant.quantity = Quantity::parse(quantity).expect("valid");
        entry.applicant.minimum = minimum.and_then(seats);
        entry
    }

    fn pointers(refused: Result<Entry, Refusal>) -> Vec<String> {
        match refused {
            Err(Refusal::Invalid(errors)) => errors.into_iter().map(|error| error.pointer).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn contact_details_change_until_the_entry_has_ended_and_seats_only_while_it_waits() {
        let renamed = OwnChange { name: PersonName::parse("Grace").ok(), ..SAME };
        let fewer = [OwnChange { quantity: seats(1), ..SAME }, OwnChange { minimum: seats(1), ..SAME }];
        for status in Status::ALL {
            let entry = Entry { applicant: asking(2, None).applicant, ..once_offered(status) };
            let name = entry.with_own_change(&renamed).map(|changed| changed.applicant.name);
            let ended = Refusal::EntryEnded { status: status.as_str() };
            match status {
                Status::Waiting | Status::Offered | Status::Claimed => {
                    assert_eq!(name.ok(), renamed.name, "{status:?}")
                }
                _ => assert_eq!(name, Err(ended.clone()), "{status:?}"),
            }
            for change in &fewer {
                let refused = entry.with_own_change(change).err();
                let expected = match status {
                    Status::Waiting => None,
                    Status::Offered | Status::Claimed => Some(Refusal::NotWaiting { status: status.as_str() }),
                    _ => Some(ended.clone()),
                };
                assert_eq!(refused, expected, "{status:?}");
            }
        }
    }

    #[test]
    fn a_change_to_what_already_is_may_be_repeated_at_any_time() {
        for status in Status::ALL {
            let mut entry = Entry { applicant: asking(2, Some(1)).applicant, ..once_offered(status) };
            let same =
                OwnChange { quantity: seats(2), minimum: seats(1), name: Some(entry.applicant.name.clone()), ..SAME };
            assert_eq!(entry.with_own_change(&same), Ok(entry.clone()), "{status:?}");
            entry.applicant.email = EmailAddress::removed();
            assert_eq!(entry.with_own_change(&same), Err(Refusal::PersonalDataRemoved), "{status:?}");
        }
    }

    #[test]
    fn fewer_seats_keep_the_place_and_more_are_refused() {
        let entry = asking(3, None);
        let changed = entry.with_own_change(&OwnChange { quantity: seats(2), ..SAME }).expect("fewer");
        assert_eq!((changed.applicant.quantity.get(), changed.number), (2, entry.number));
        assert!(changed.suits_more_than(&entry) && !entry.suits_more_than(&changed));
        assert!(entry.with_own_change(&OwnChange { quantity: seats(3), ..SAME }).is_ok(), "a repetition");
        let more = entry.with_own_change(&OwnChange { quantity: seats(4), ..SAME });
        assert_eq!(pointers(more), ["/quantity"]);
    }

    #[test]
    fn the_least_number_of_seats_is_at_most_the_number_asked_for() {
        let entry = asking(4, Some(3));
        let least = |change: &OwnChange| entry.with_own_change(change).map(|changed| changed.applicant.minimum);
        assert_eq!(least(&OwnChange { minimum: seats(4), ..SAME }), Ok(seats(4)));
        assert_eq!(least(&OwnChange { quantity: seats(2), ..SAME }), Ok(seats(2)), "it follows");
        let above = OwnChange { quantity: seats(2), minimum: seats(3), ..SAME };
        assert_eq!(pointers(entry.with_own_change(&above)), ["/minQuantity"]);
        let content = entry.with_own_change(&OwnChange { minimum: seats(1), ..SAME }).expect("fewer");
        assert!(content.suits_more_than(&entry) && !entry.suits_more_than(&content));
    }

    #[test]
    fn free_seats_suit_no_other_entry_than_before_if_it_is_unconfirmed_or_asks_for_the_same() {
        let (before, fewer) = (asking(3, None), asking(2, None));
        let unconfirmed = Entry { confirm_by: Some(DEADLINE), ..fewer };
        assert!(!unconfirmed.suits_more_than(&before) && !before.suits_more_than(&before));
    }

    #[test]
    fn a_number_that_the_customer_names_is_unproven_unless_it_is_proven_already() {
        let number = |text: &str| PhoneNumber::parse(text).expect("valid");
        let to = |text: &str| OwnChange { phone: PhoneChange::ToUnproven(number(text)), ..SAME };
        let is_unproven = |entry: &Entry, change: &OwnChange| {
            entry.with_own_change(change).expect("allowed").applicant.is_phone_unproven
        };
        let proven = with_phone(entry(), false);
        assert!(is_unproven(&proven, &to("+14155550124")) && !is_unproven(&proven, &to("+14155550123")));
        assert!(is_unproven(&with_phone(entry(), true), &to("+14155550123")));
        let removed = OwnChange { phone: PhoneChange::Remove, ..SAME };
        assert!(!is_unproven(&with_phone(entry(), true), &removed));
        let vouched = OwnChange { phone: PhoneChange::To(number("+14155550124")), ..SAME };
        assert!(!is_unproven(&proven, &vouched));
    }

    #[test]
    fn text_messages_are_chosen_only_with_a_phone_number() {
        let texts = OwnChange { channels: Channels::new([Channel::Sms]).ok(), ..SAME };
        assert_eq!(pointers(entry().with_own_change(&texts)), ["/channels"]);
        assert!(with_phone(entry(), true).with_own_change(&texts).is_ok());
        let without = OwnChange { phone: PhoneChange::Remove, ..texts };
        assert_eq!(pointers(with_phone(entry(), true).with_own_change(&without)), ["/channels"]);
    }

    proptest! {
        #[test]
        fn a_change_never_asks_for_more_and_the_least_never_exceeds_it(
            before in (1..9_i64, prop::option::of(1..9_i64)), quantity in prop::option::of(1..9_i64), minimum in prop::option::of(1..9_i64),
        ) {
            let entry = asking(before.0, before.1.map(|least| least.min(before.0)));
            let change = OwnChange { quantity: quantity.and_then(seats), minimum: minimum.and_then(seats), ..SAME };
            if let Ok(changed) = entry.with_own_change(&change) {
                prop_assert!(changed.applicant.quantity <= entry.applicant.quantity);
                prop_assert!(changed.applicant.minimum.is_none_or(|least| least <= changed.applicant.quantity));
                prop_assert_eq!(changed.with_own_change(&change), Ok(changed.clone()), "a repetition changes nothing");
            } else {
                prop_assert!(quantity.is_some_and(|asked| asked > before.0) || minimum.is_some());
            }
        }
    }
}
