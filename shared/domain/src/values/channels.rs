//! The channels of messages to a customer.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::values::shape::{Described, Shape};
use crate::values::words::words;

words! {
    /// A channel of messages.
    pub enum Channel {
        /// By e-mail, through SES.
        Email = "email",
        /// By text message, through SNS.
        Sms = "sms",
    }
}

/// The channels that a customer chose: at least one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "BTreeSet<Channel>", into = "BTreeSet<Channel>")]
pub struct Channels(BTreeSet<Channel>);

impl Described for Channels {
    const SHAPE: Shape = Shape::List { of: &Channel::SHAPE, min: 1, max: None };
}

impl Channels {
    /// Accepts at least one, in any order.
    pub fn new(chosen: impl IntoIterator<Item = Channel>) -> Result<Self, &'static str> {
        Self::try_from(chosen.into_iter().collect::<BTreeSet<_>>())
    }

    /// The channels of a customer who chose none: all that have an address.
    pub fn usual(has_phone: bool) -> Self {
        Self(Channel::ALL.into_iter().filter(|channel| is_within_reach(*channel, has_phone)).collect())
    }

    /// The chosen channels that have an address. Nothing, if none has: the phone number may have
    /// been removed.
    pub fn within_reach(&self, has_phone: bool) -> Option<Self> {
        let within_reach = self.0.iter().copied().filter(|channel| is_within_reach(*channel, has_phone));
        Self::new(within_reach).ok()
    }

    /// Whether the channel was chosen.
    pub fn has(&self, channel: Channel) -> bool {
        self.0.contains(&channel)
    }
}

fn is_within_reach(channel: Channel, has_phone: bool) -> bool {
    match channel {
        Channel::Email => true,
        Channel::Sms => has_phone,
    }
}

impl TryFrom<BTreeSet<Channel>> for Channels {
    type Error = &'static str;

    fn try_from(chosen: BTreeSet<Channel>) -> Result<Self, Self::Error> {
        if chosen.is_empty() { Err("must name at least one channel") } else { Ok(Self(chosen)) }
    }
}

impl From<Channels> for BTreeSet<Channel> {
    fn from(channels: Channels) -> Self {
        channels.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_is_read_by_its_own_name() {
        for channel in Channel::ALL {
            assert_eq!(Channel::parse(channel.as_str()), Ok(channel));
            assert_eq!(serde_json::to_value(channel).expect("a name"), channel.as_str());
        }
        for text in ["", "Email", "mail", "sms ", "phone"] {
            assert!(Channel::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn nobody_chooses_not_to_be_told_at_all() {
        assert!(Channels::new([]).is_err());
        assert!(serde_json::from_str::<Channels>("[]").is_err());
        let both = Channels::new([Channel::Sms, Channel::Email, Channel::Sms]).expect("two");
        assert_eq!(serde_json::to_string(&both).expect("a list"), r#"["email","sms"]"#);
    }

    #[test]
    fn whoever_chooses_nothing_is_told_in_every_way_there_is() {
        assert_eq!(Channels::usual(true), Channels(BTreeSet::from(Channel::ALL)));
        assert_eq!(Channels::usual(false), Channels(BTreeSet::from([Channel::Email])));
    }

    #[test]
    fn whoever_chose_text_messages_and_has_no_phone_any_more_is_out_of_reach_by_them() {
        let only_sms = Channels::new([Channel::Sms]).expect("one");
        assert_eq!((only_sms.within_reach(true), only_sms.within_reach(false)), (Some(only_sms.clone()), None));
        let both = Channels::usual(true);
        assert_eq!(both.within_reach(false), Some(Channels::usual(false)));
    }
}
