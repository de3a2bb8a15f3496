//! Which channels carry a message to a customer.

use crate::entry::Entry;
use crate::messages::message::NotificationKind;
use crate::values::channels::Channel;

impl NotificationKind {
    /// Whether a message of this kind goes to the entry's customer by this channel.
    ///
    /// What asks for a confirmation goes by mail alone, whatever was chosen: it proves the address.
    /// Mail goes to everybody who chose it. A text message goes out beside a mail only if it is
    /// urgent. News goes to nobody who unsubscribed. A code goes to the number that it confirms,
    /// and nothing else goes to an unproven number.
    pub fn goes_by(self, channel: Channel, entry: &Entry) -> bool {
        if self == Self::PhoneCode {
            return channel == Channel::Sms && entry.applicant.phone.is_some() && entry.applicant.is_phone_unproven;
        }
        if self.is_news() && entry.is_unsubscribed {
            return false;
        }
        if self.proves_the_address() {
            return channel == Channel::Email;
        }
        let channels = entry.applicant.channels();
        let has_mail = channels.has(Channel::Email);
        match channel {
            Channel::Email => has_mail,
            Channel::Sms => {
                let is_chosen = channels.has(Channel::Sms) && (self.is_urgent() || !has_mail);
                is_chosen || (self == Self::Offered && entry.gets_offer_by_text_instead())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::entry::Status;
    use crate::entry::applicant::Applicant;
    use crate::entry::example::{OFFERED_AT, once_offered, with_phone};
    use crate::messages::message::Notification;
    use crate::values::channels::Channels;
    use crate::values::identifier::EntryId;
    use crate::values::time::Timestamp;
    use crate::values::unreachable::{Cause, LASTS, Unreachable};

    fn offered(chosen: Option<&[Channel]>, phone: bool, unreachable: Option<Unreachable>) -> Entry {
        let mut entry = once_offered(Status::Offered);
        if phone {
            entry = with_phone(entry, false);
        }
        entry.applicant.chosen_channels = chosen.map(|chosen| Channels::new(chosen.iter().copied()).expect("some"));
        Entry { unreachable_by_mail: unreachable, ..entry }
    }

    fn bounced(at: Timestamp) -> Option<Unreachable> {
        Some(Unreachable { cause: Cause::Bounced, at })
    }

    fn channels(entry: &Entry, kind: NotificationKind) -> Vec<Channel> {
        Channel::ALL.into_iter().filter(|channel| kind.goes_by(*channel, entry)).collect()
    }

    /// All kinds but the code, which tells nothing of the line.
    fn about_the_line() -> impl Iterator<Item = NotificationKind> {
        NotificationKind::ALL.into_iter().filter(|kind| *kind != NotificationKind::PhoneCode)
    }

    fn unproven(entry: Entry) -> Entry {
        Entry { applicant: Applicant { is_phone_unproven: true, ..entry.applicant.clone() }, ..entry }
    }

    #[test]
    fn nothing_but_a_code_goes_to_an_unproven_number_and_mail_takes_its_place() {
        let sms: Option<&[Channel]> = Some(&[Channel::Sms]);
        for (chosen, unreachable) in
            [(None, None), (sms, None), (sms, bounced(OFFERED_AT)), (None, bounced(OFFERED_AT))]
        {
            let entry = unproven(offered(chosen, true, unreachable));
            for kind in about_the_line() {
                assert_eq!(channels(&entry, kind), [Channel::Email], "{kind:?} {chosen:?}");
            }
            assert_eq!(channels(&entry, NotificationKind::PhoneCode), [Channel::Sms]);
        }
    }

    #[test]
    fn a_text_goes_beside_a_mail_only_if_minutes_count_and_alone_if_it_was_chosen_alone() {
        use NotificationKind::{Expired, Offered, PurchaseEnded, Reminder};
        let (both, only_sms) = (offered(None, true, None), offered(Some(&[Channel::Sms]), true, None));
        for kind in about_the_line() {
            let is_urgent = matches!(kind, Offered | Reminder | Expired | PurchaseEnded);
            let beside: &[Channel] = if is_urgent { &Channel::ALL } else { &[Channel::Email] };
            assert_eq!(channels(&both, kind), beside, "{kind:?}");
            let alone = if kind.proves_the_address() { Channel::Email } else { Channel::Sms };
            assert_eq!(channels(&only_sms, kind), [alone], "{kind:?}");
        }
    }

    #[test]
    fn no_code_goes_where_there_is_nothing_to_confirm() {
        for entry in [offered(None, true, None), unproven(offered(None, false, None))] {
            assert!(channels(&entry, NotificationKind::PhoneCode).is_empty());
        }
    }

    #[test]
    fn an_offer_is_told_by_text_once_its_number_is_confirmed() {
        let (before, after) = (unproven(offered(None, true, None)), offered(None, true, None));
        let told = Notification::of_missed_offer(&before, &after);
        let told: Vec<_> = told.into_iter().map(|told| (told.kind, told.channel)).collect();
        assert_eq!(told, [(NotificationKind::Offered, Channel::Sms)]);
    }

    #[test]
    fn an_offer_that_mail_cannot_carry_goes_by_text_if_there_is_a_number() {
        use Channel::{Email, Sms};
        let before = OFFERED_AT.plus_milliseconds(-1);
        let after = OFFERED_AT.plus_milliseconds(1);
        let lapsed = OFFERED_AT.plus_milliseconds(-LASTS);
        let mail: Option<&[Channel]> = Some(&[Email]);
        for (chosen, phone, unreachable, expected) in [
            (mail, true, None, &[Email][..]),
            (mail, true, bounced(before), &[Email, Sms]),
            (mail, true, bounced(after), &[Email, Sms]),
            (mail, true, bounced(lapsed), &[Email]),
            (mail, false, bounced(before), &[Email]),
            (None, true, None, &[Email, Sms]),
            (None, true, bounced(before), &[Email, Sms]),
            (None, false, bounced(before), &[Email]),
            (Some(&[Sms]), true, bounced(before), &[Sms]),
        ] {
            let entry = offered(chosen, phone, unreachable);
            assert_eq!(channels(&entry, NotificationKind::Offered), expected, "{chosen:?} {phone} {unreachable:?}");
        }
    }

    #[test]
    fn nothing_but_an_offer_goes_by_a_channel_that_was_not_chosen() {
        let entry = offered(Some(&[Channel::Email]), true, bounced(OFFERED_AT));
        for kind in about_the_line().filter(|kind| *kind != NotificationKind::Offered) {
            assert_eq!(channels(&entry, kind), [Channel::Email], "{kind:?}");
        }
    }

    #[test]
    fn a_mail_replaces_a_text_message_about_seats_if_no_mail_was_chosen() {
        let sms: Option<&[Channel]> = Some(&[Channel::Sms]);
        for (chosen, expected) in [(sms, true), (None, false), (Some(&Channel::ALL[..]), false)] {
            let entry = offered(chosen, true, None);
            for kind in about_the_line() {
                for told in Notification::about(&entry, kind) {
                    let replaces = told.channel == Channel::Sms && expected && !kind.is_news();
                    let mail = told.by_mail_instead(&entry);
                    assert_eq!(mail.map(|mail| mail.channel), replaces.then_some(Channel::Email), "{kind:?}");
                }
            }
        }
        let place = offered(sms, true, None).place;
        let code = Notification::of_phone_code(place, EntryId::from_bits([1; 16]), OFFERED_AT);
        assert_eq!(code.by_mail_instead(&unproven(offered(sms, true, None))), None);
    }

    #[test]
    fn whoever_unsubscribed_gets_all_messages_but_news() {
        let entry = Entry { is_unsubscribed: true, ..offered(None, true, None) };
        for kind in about_the_line() {
            assert_eq!(channels(&entry, kind).is_empty(), kind == NotificationKind::MovedUp, "{kind:?}");
        }
    }

    #[test]
    fn only_a_report_or_a_number_that_comes_after_the_offer_has_it_told_again() {
        let mail: Option<&[Channel]> = Some(&[Channel::Email]);
        let told = |before: &Entry, after: &Entry| {
            Notification::of_missed_offer(before, after)
                .into_iter()
                .map(|told| (told.kind, told.channel))
                .collect::<Vec<_>>()
        };
        let none: Vec<(NotificationKind, Channel)> = Vec::new();
        let by_text = vec![(NotificationKind::Offered, Channel::Sms)];
        let reached = offered(mail, true, None);
        let missed = offered(mail, true, bounced(OFFERED_AT));
        assert_eq!(told(&reached, &missed), by_text);
        assert_eq!(told(&offered(mail, false, bounced(OFFERED_AT)), &missed), by_text);
        assert_eq!(told(&missed, &missed), none);
        assert_eq!(told(&missed, &reached), none);
        let claimed = Entry { status: Status::Claimed, ..missed.clone() };
        assert_eq!(told(&reached, &claimed), none);
        let both = offered(None, true, None);
        assert_eq!(told(&both, &Entry { unreachable_by_mail: bounced(OFFERED_AT), ..both.clone() }), none);
    }

    proptest! {
        #[test]
        fn a_report_takes_no_channel_away(mail in any::<bool>(), sms in any::<bool>(), phone in any::<bool>()) {
            let chosen: Vec<Channel> = [(mail, Channel::Email), (sms, Channel::Sms)]
                .into_iter().filter(|(is_chosen, _)| *is_chosen).map(|(_, channel)| channel).collect();
            let chosen = (!chosen.is_empty()).then_some(&chosen[..]);
            let (reached, missed) = (offered(chosen, phone, None), offered(chosen, phone, bounced(OFFERED_AT)));
            for kind in about_the_line() {
                let after = channels(&missed, kind);
                prop_assert!(channels(&reached, kind).iter().all(|channel| after.contains(channel)));
                prop_assert!(!after.is_empty() || channels(&reached, kind).is_empty());
            }
        }
    }
}
