//! `POST /api/waitlist/find`: a person who lost their link has the links of their address mailed.
//!
//! The response and the work are the same for every address.

use waitlist_domain::Error;
use waitlist_domain::values::contact::EmailAddress;
use waitlist_domain::values::language::LanguageTag;
use waitlist_runtime::http::{Call, Reply};
use waitlist_runtime::input::Input;
use waitlist_store::Table;
use waitlist_store::commands::link_mails::LinkMails;
use waitlist_store::commands::sources::{Counted, Sources};

use crate::views::entries::LinksAskedForView;

/// What the handler may touch.
#[derive(Debug, Clone)]
pub struct Ports {
    link_mails: LinkMails,
    sources: Sources,
    /// How often a source may ask within an hour, without a key.
    most_per_source: u64,
}

impl Ports {
    /// The ports over `table`. How often a source may ask follows from how many joins it may send.
    pub fn new(table: &Table, joins_per_source: u64) -> Self {
        let most_per_source = Counted::LinkMails.most(joins_per_source);
        Self { link_mails: LinkMails::new(table), sources: Sources::new(table), most_per_source }
    }
}

pub(crate) fn read(input: &mut Input) -> Option<(EmailAddress, Option<LanguageTag>)> {
    let email = input.body.text("email", EmailAddress::parse);
    let locale = input.body.optional_text("locale", LanguageTag::parse);
    Some((email?, locale?))
}

/// Handles a request.
pub async fn handle(ports: &Ports, call: Call) -> Result<Reply, Error> {
    let (email, locale) = call.input.read(read)?;
    if let Some(source) = call.source.filter(|_| !call.caller.is_trusted()) {
        ports.sources.count(Counted::LinkMails, &source, ports.most_per_source).await?;
    }
    ports.link_mails.ask(&email, locale, &call.mint.request_name()).await?;
    Reply::new(202, &LinksAskedForView::Accepted)
}
