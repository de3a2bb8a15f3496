//! `GET /api/events/{eventId}`: the public view of an event, or the whole event with the key of
//! an organiser or a viewer.

use waitlist_domain::Error;
use waitlist_domain::values::identifier::EventId;
use waitlist_domain::values::scope::Scope;
use waitlist_domain::values::sms_countries::SmsCountries;
use waitlist_runtime::http::{Call, Document, Reply};
use waitlist_store::Table;
use waitlist_store::queries::events::{EventWithLines, Events};

use crate::events::public_views::PublicViews;
use crate::views::events::EventView;
use waitlist_runtime::input::Input;

/// What showing an event may touch. It lives as long as the warm function, because it remembers
/// public views.
#[derive(Debug, Clone)]
pub struct Ports {
    table: Table,
    views: PublicViews,
    /// The countries that text messages go to.
    countries: SmsCountries,
}

impl Ports {
    /// The ports of showing events of `table`.
    pub fn new(table: &Table, countries: SmsCountries) -> Self {
        Self { table: table.clone(), views: PublicViews::default(), countries }
    }

    /// The ports for a caller to whom only the events of this scope exist.
    pub(crate) fn within(&self, scope: Scope) -> Self {
        Self { table: self.table.within(scope), ..self.clone() }
    }

    /// The public view for callers without a key, who may get it some seconds late.
    async fn public_view(&self, id: &EventId) -> Result<Document, Error> {
        let now = self.table.now();
        match self.views.lately(id, now) {
            Some(view) => Ok(view),
            None => self.views.make(self.event_with_lines(id).await?, &self.countries, now),
        }
    }

    async fn event_with_lines(&self, id: &EventId) -> Result<EventWithLines, Error> {
        let events = Events::new(&self.table);
        let again = match self.views.event(id) {
            Some(event) => events.again_with_lines(event).await?,
            None => None,
        };
        match again {
            Some(event) => Ok(event),
            None => events.get_with_lines(id).await,
        }
    }
}

pub(crate) fn read(input: &mut Input) -> Option<EventId> {
    input.path("eventId", EventId::parse)
}

/// Handles a request.
pub async fn handle(ports: &Ports, call: Call) -> Result<Reply, Error> {
    let id = call.input.read(read)?;
    if !call.caller.has_key() {
        return Ok(Reply::with_document(ports.public_view(&id).await?));
    }
    let event = Events::new(&ports.table).get_with_lines(&id).await?;
    let now = ports.table.now();
    let view = if call.caller.sees_all() { EventView::whole(&event, now) } else { EventView::public(&event, now) };
    Reply::ok(&view.with_sms_countries(&ports.countries))
}
