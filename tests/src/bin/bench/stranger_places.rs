//! Public joins that count the places of their person, and joins by an access code.
//!
//! The dearest are of a person who has all places but one, each with the most answers that a form
//! takes.

use serde_json::Value;
use waitlist_domain::event::access_code::{AccessCode, MaxUses};
use waitlist_domain::event::{MaxPlaces, TicketType};
use waitlist_domain::values::identifier::{CodeId, TicketTypeId, TierId};
use waitlist_domain::values::label::Label;
use waitlist_store::commands::access_codes::{AccessCodes, WantedCode};

use crate::stranger_tokens::{long_form, with_long_answers};
use crate::strangers::{Bound, HOUR, Measuring, SMALL, Sent, wish, wish_with};

const CODE: &str = "Members-7Q2K";

/// A join of the same person for another attendee.
fn for_attendee(attendee: u64) -> Value {
    with_long_answers(wish_with(1, "attendeeId", &format!("child-{attendee}")))
}

impl Measuring<'_> {
    /// Joins for attendees, where the event has so many ticket types.
    pub(crate) async fn attendees(&mut self, types: u64) {
        let mut event = self.waitlist.event();
        event.rules.form = long_form();
        let most = event.rules.max_places.get().max(types);
        event.rules.max_places = MaxPlaces::parse(most.cast_signed()).expect("few");
        event.ticket_types.extend((1..types).map(|number| TicketType {
            id: TicketTypeId::parse(&format!("type-{number}")).expect("valid"),
            name: Label::parse(&format!("Type {number}")).expect("valid"),
        }));
        let capacities = (0..types).map(|number| Some(u64::from(number == 0))).collect();
        self.waitlist.put(event, capacities).await;
        // The function knows the event and the hour has begun.
        self.answer(&Sent::to("join").body(&wish(9))).await;
        let join = |attendee| Sent::to("join").body(&for_attendee(attendee));
        let (first, last) = match types {
            1 => (
                ("join, a first attendee, answers of 8 KB", Bound(3.0, 23.0, SMALL)),
                ("join, a fifth attendee, answers of 8 KB", Bound(15.0, 25.0, SMALL)),
            ),
            5 => (
                ("join, a first attendee, 5 types, answers of 8 KB", Bound(7.0, 33.0, SMALL)),
                ("join, a fifth attendee, 5 types, answers of 8 KB", Bound(19.0, 23.0, SMALL)),
            ),
            _ => (
                ("join, a first attendee, 24 types, answers of 8 KB", Bound(26.0, 71.0, SMALL)),
                ("join, a 24th attendee, 24 types, answers of 8 KB", Bound(95.0, 25.0, SMALL)),
            ),
        };
        self.send(first.0, 201, first.1, join(1)).await;
        for attendee in 2..most {
            let joined = self.answer(&join(attendee).sent_from_elsewhere()).await;
            assert_eq!(joined.status, 201, "{}", joined.body);
        }
        self.send(last.0, 201, last.1, join(most)).await;
    }

    /// Joins by a good access code.
    pub(crate) async fn codes(&mut self) {
        let table = &self.waitlist.table;
        let wanted = WantedCode {
            event_id: self.waitlist.line.event_id.clone(),
            code: AccessCode::parse(CODE).expect("valid"),
            id: CodeId::from_bits(table.random_identifier_bits()),
            tier: TierId::parse("vip").expect("valid"),
            max_uses: MaxUses::parse(50).expect("valid"),
            ends_at: table.now().plus_milliseconds(HOUR.cast_signed() * 1_000),
            label: None,
        };
        AccessCodes::new(table).create(&wanted).await.expect("the event has the tier");
        self.answer(&Sent::to("join").body(&wish(9))).await;
        let join = Sent::to("join").body(&wish_with(1, "accessCode", CODE));
        self.send("join, by an access code", 201, Bound(2.5, 7.0, SMALL), join).await;
    }
}
