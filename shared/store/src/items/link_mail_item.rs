//! When the links of a mailbox were asked for. The key has only the hash of the mailbox.

use serde::Deserialize;
use waitlist_domain::Error;
use waitlist_domain::messages::link_mail::{LinkMailRequest, LinkMails, MONTH};
use waitlist_domain::values::language::LanguageTag;
use waitlist_domain::values::time::Timestamp;

use crate::dynamo::expression::Expression;
use crate::dynamo::item::{Item, from_item, to_attribute};

/// The attribute with the time of the last mail.
pub(crate) const ASKED_AT: &str = "asked_at";

/// The item as it was read.
#[derive(Debug, Deserialize)]
pub(crate) struct LinkMailItem {
    #[serde(flatten)]
    pub(crate) last: LinkMailRequest,
    /// All mails of the last 30 days.
    pub(crate) mails: LinkMails,
    /// The name of the last request. By it a repeated one is recognised.
    pub(crate) request: String,
}

impl LinkMailItem {
    pub(crate) fn from_stored(item: Item) -> Result<Self, Error> {
        from_item(item)
    }
}

/// Stores one more request, if the last one is still that of `earlier`.
pub(crate) fn one_more(
    request: &LinkMailRequest,
    mails: &LinkMails,
    name: &str,
    earlier: Option<Timestamp>,
) -> Result<Expression, Error> {
    Ok(Expression::new()
        .set("mailbox", request.mailbox.as_str())
        .set(ASKED_AT, request.asked_at)
        .set_or_remove("locale", request.locale.as_ref().map(LanguageTag::as_str))
        .set("mails", to_attribute(mails)?)
        .set("request", name)
        .set("ttl", request.asked_at.plus_milliseconds(MONTH).seconds() + 1)
        .when_still(ASKED_AT, earlier))
}
