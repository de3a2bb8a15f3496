//! Public views of events, remembered for seconds. A stranger's repeated look reads nothing.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use waitlist_domain::Error;
use waitlist_domain::event::Event;
use waitlist_domain::values::identifier::EventId;
use waitlist_domain::values::sms_countries::SmsCountries;
use waitlist_domain::values::time::Timestamp;
use waitlist_runtime::http::Document;
use waitlist_runtime::http::entity_tag::EntityTag;
use waitlist_store::queries::events::EventWithLines;

use crate::views::events::{EventView, KEPT_BY_CACHES};

/// How long a view is remembered (milliseconds).
const REMEMBERED: i64 = 5_000;
/// Most events whose views a warm function remembers: the latest. A view has less than 100 KB.
const MOST_EVENTS: usize = 64;

/// The public views that a warm function remembers. A clone is another handle to them.
///
/// Only views without the organiser's details may be in here, and only callers without a key may
/// get them.
#[derive(Debug, Clone, Default)]
pub struct PublicViews(Arc<Mutex<VecDeque<Remembered>>>);

#[derive(Debug)]
struct Remembered {
    event: Event,
    made_at: Timestamp,
    view: Document,
}

impl Remembered {
    fn is_fresh(&self, now: Timestamp) -> bool {
        (0..REMEMBERED).contains(&self.made_at.milliseconds_until(now))
    }
}

impl PublicViews {
    /// The view of an event, if it was made within the last seconds.
    pub fn lately(&self, event_id: &EventId, now: Timestamp) -> Option<Document> {
        let views = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = views.iter().find(|view| view.event.id == *event_id && view.is_fresh(now))?;
        Some(found.view.clone())
    }

    /// The event of the view that was made last, however old that is.
    pub fn event(&self, event_id: &EventId) -> Option<Event> {
        let views = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        views.iter().find(|view| view.event.id == *event_id).map(|view| view.event.clone())
    }

    /// Makes the view of an event, and remembers it.
    pub fn make(&self, event: EventWithLines, countries: &SmsCountries, now: Timestamp) -> Result<Document, Error> {
        let view = document(&event, countries, now)?;
        let event = event.event;
        let mut views = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        views.retain(|view| view.event.id != event.id);
        views.push_front(Remembered { event, made_at: now, view: view.clone() });
        views.truncate(MOST_EVENTS);
        Ok(view)
    }
}

fn document(event: &EventWithLines, countries: &SmsCountries, now: Timestamp) -> Result<Document, Error> {
    let text = serde_json::to_string(&EventView::public(event, now).with_sms_countries(countries));
    let text = text.map_err(|error| Error::internal("writing a public view", error))?;
    let headers = vec![
        ("cache-control", KEPT_BY_CACHES.to_owned()),
        ("etag", EntityTag::of(&text).as_str().to_owned()),
        // The same path shows more to a key. The gateway names the allowed origin of the request.
        ("vary", "Authorization, Origin".to_owned()),
    ];
    Ok(Document { content_type: "application/json", text, headers })
}

#[cfg(test)]
mod tests {
    use waitlist_domain::event::WaitlistRules;
    use waitlist_domain::event::details::Details;
    use waitlist_domain::values::label::Label;

    use super::*;

    const NOON: Timestamp = Timestamp::from_milliseconds(1_800_000_000_000);

    fn event(id: &str, name: &str) -> EventWithLines {
        let event = Event {
            id: EventId::parse(id).expect("valid"),
            version: 1,
            name: Label::parse(name).expect("valid"),
            starts_at: NOON.plus_milliseconds(1_000_000),
            time_zone: "America/New_York".to_owned(),
            locale: None,
            details: Details::default(),
            ticket_types: Vec::new(),
            rules: WaitlistRules::usual(),
        };
        EventWithLines { event, lines: Vec::new() }
    }

    fn after(milliseconds: i64) -> Timestamp {
        NOON.plus_milliseconds(milliseconds)
    }

    #[test]
    fn a_view_is_remembered_for_five_seconds() {
        let (views, camp) = (PublicViews::default(), event("camp", "Camp"));
        assert_eq!(views.lately(&camp.event.id, NOON), None);
        let made = views.make(camp.clone(), &SmsCountries::default(), NOON).expect("JSON");
        for milliseconds in [0, 1, REMEMBERED - 1] {
            assert_eq!(views.lately(&camp.event.id, after(milliseconds)).as_ref(), Some(&made));
        }
        for milliseconds in [REMEMBERED, 10 * REMEMBERED, -1] {
            assert_eq!(views.lately(&camp.event.id, after(milliseconds)), None, "{milliseconds}");
        }
        assert_eq!(views.lately(&event("fair", "Fair").event.id, NOON), None, "another event");
    }

    #[test]
    fn a_newer_view_replaces_an_older_one_and_has_another_tag() {
        let (views, id) = (PublicViews::default(), EventId::parse("camp").expect("valid"));
        let tags = ["Camp", "Fair", "Camp"].map(|name| {
            let made = views.make(event("camp", name), &SmsCountries::default(), NOON).expect("JSON");
            assert_eq!(views.lately(&id, NOON).as_ref(), Some(&made));
            made.headers.into_iter().find(|(name, _)| *name == "etag").expect("it has a tag")
        });
        assert_eq!(tags[0], tags[2]);
        assert_ne!(tags[0], tags[1]);
        assert_eq!(views.0.lock().expect("nobody panics").len(), 1);
    }

    #[test]
    fn of_many_events_the_latest_are_remembered() {
        let views = PublicViews::default();
        let id = |number: usize| EventId::parse(&format!("camp-{number}")).expect("valid");
        for number in 0..=MOST_EVENTS {
            views.make(event(id(number).as_str(), "Camp"), &SmsCountries::default(), NOON).expect("JSON");
        }
        let remembered = (0..=MOST_EVENTS).filter(|number| views.lately(&id(*number), NOON).is_some());
        assert_eq!(remembered.collect::<Vec<_>>(), (1..=MOST_EVENTS).collect::<Vec<_>>());
    }
}
