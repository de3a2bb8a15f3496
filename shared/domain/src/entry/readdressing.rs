//! Readdressing: an organiser puts right where a customer is told things, and what was told at the wrong address is told
//! again at the right one.

use crate::entry::{Entry, Readdressed};
use crate::values::channels::Channel;
use crate::values::contact::{ContactChange, PhoneChange, PhoneNumber};

impl Entry {
    /// The entry once its contact is changed so. Whoever is still in line, holds seats or has bought them is to be told
    /// how they stand wherever they are told things from now on and were not before; an entry that has ended has nothing
    /// more to tell than what may be under way.
    pub fn with_contact(&self, change: &ContactChange) -> Self {
        let mut changed = self.clone();
        changed.name = change.name.clone().unwrap_or(changed.name);
        changed.email = change.email.clone().unwrap_or(changed.email);
        match &change.phone {
            PhoneChange::Keep => {}
            PhoneChange::Remove => changed.phone = None,
            PhoneChange::To(phone) => changed.phone = Some(phone.clone()),
        }
        if !self.status.may_rejoin() {
            let times = |channel| {
                let address = changed.is_told_at(channel);
                let leads_elsewhere = address.is_some() && address != self.is_told_at(channel);
                self.readdressed.times(channel).saturating_add(u32::from(leads_elsewhere))
            };
            changed.readdressed = Readdressed { email: times(Channel::Email), sms: times(Channel::Sms) };
        }
        changed
    }

    /// Where a channel leads, if anywhere.
    pub fn address(&self, channel: Channel) -> Option<&str> {
        match channel {
            Channel::Email => Some(self.email.as_str()),
            Channel::Sms => self.phone.as_ref().map(PhoneNumber::as_str),
        }
    }

    /// Where it leads, if the customer is told things by it.
    pub fn is_told_at(&self, channel: Channel) -> Option<&str> {
        self.address(channel).filter(|_| self.channels().has(channel))
    }
}
