//! Has the links of a person's places mailed to them.
//!
//! A request does the same work for every address: it looks for no place. The relay and `notify` do that
//! later, so neither the answer nor its time tells who waits.

use waitlist_domain::Error;
use waitlist_domain::messages::link_mail::LinkMailRequest;
use waitlist_domain::values::contact::EmailAddress;
use waitlist_domain::values::language::LanguageTag;

use crate::dynamo::reading::get;
use crate::dynamo::retry::{Attempt, RetryBudget, retry};
use crate::dynamo::writing::{Written, send_update};
use crate::items::key::Key;
use crate::items::link_mail_item::{LinkMailItem, one_more};
use crate::items::table::Table;

/// Notes that somebody asked for the links of an address.
#[derive(Debug, Clone)]
pub struct LinkMails {
    table: Table,
}

impl LinkMails {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// Has the links mailed, unless the mailbox had enough such mails today. `name` is the name of
    /// the request, by which a repeated one is one.
    pub async fn ask(&self, address: &EmailAddress, locale: Option<LanguageTag>, name: &str) -> Result<(), Error> {
        const CONTEXT: &str = "asking for the links of an address";
        let mailbox = Key::mailbox_hash(&address.mailbox());
        let key = Key::link_mails(&mailbox);
        retry(&self.table, RetryBudget::REQUEST, CONTEXT, async || {
            let stored = get(&self.table, key.clone()).await?.map(LinkMailItem::from_stored).transpose()?;
            if stored.as_ref().is_some_and(|stored| stored.request == name) {
                return Ok(Attempt::Done(()));
            }
            let earlier = stored.as_ref().map(|stored| stored.last.asked_at);
            // Each request has a time of its own, by which its mail is told from others.
            let now = self.table.now();
            let asked_at = earlier.map_or(now, |earlier| now.max(earlier.plus_milliseconds(1)));
            let mails = stored.map(|stored| stored.mails).unwrap_or_default();
            let Some(mails) = mails.with(asked_at) else { return Ok(Attempt::Done(())) };
            let request = LinkMailRequest { mailbox: mailbox.clone(), asked_at, locale: locale.clone() };
            let asked = one_more(&request, &mails, name, earlier)?.update(&self.table, key.clone());
            Ok(match send_update(CONTEXT, asked).await? {
                Written::Made(_) => Attempt::Done(()),
                Written::ConditionFailed(_) => Attempt::Again,
            })
        })
        .await
    }
}
