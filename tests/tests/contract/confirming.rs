//! Entries of callers without a key: nobody knows yet whose address they named.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use waitlist_domain::entry::applicant::Applicant;
use waitlist_domain::entry::{Entry, Status};
use waitlist_domain::event::retention::Retention;
use waitlist_domain::event::{Event, Proof, WaitlistRules};
use waitlist_domain::line::order::{Standing, StandingInLine};
use waitlist_domain::line::position_index::Mark;
use waitlist_domain::line::steering::Joining;
use waitlist_domain::messages::message::Wake;
use waitlist_domain::values::attendee::AttendeeName;
use waitlist_domain::values::credential::{PresentedToken, SecretHash, Token};
use waitlist_domain::values::identifier::{EntryId, PlaceId};
use waitlist_domain::{Error, Refusal};
use waitlist_store::StoredEntry;
use waitlist_store::commands::confirming::{Confirmations, Unconfirmed};
use waitlist_store::commands::joining::{Join, Joined, Joins, StandIn};
use waitlist_store::commands::moves::{Destination, Moves};
use waitlist_store::commands::offers::Departures;
use waitlist_store::commands::out_of_turn::OffersOutOfTurn;
use waitlist_store::commands::sweeping::{Condition, Sweeps};
use waitlist_store::followers::changes::IndexUpkeep;
use waitlist_store::queries::entries::Entries;
use waitlist_tests::scan_all;

use super::fixture::{Fixture, HOUR, SECOND, contract, customer, line, refusal};

contract! {
    an_unconfirmed_entry_is_passed_over_and_is_next_with_its_old_number_once_it_is_confirmed
    an_entry_that_was_just_confirmed_is_not_overtaken_while_the_index_lags
    unconfirmed_entries_count_in_positions_and_their_number_is_told
    thousands_of_unconfirmed_entries_at_the_head_hold_nobody_up
    seats_are_on_sale_while_only_unconfirmed_entries_stand_and_a_confirmation_ends_that
    unconfirmed_entries_fill_no_line_and_have_as_much_room_beside_it
    nobody_is_told_less_room_by_joins_that_were_given_up
    an_entry_that_nobody_confirms_is_reminded_once_and_then_ends
    an_unconfirmed_entry_leaves_and_counts_no_more
    the_sweep_finds_whom_to_remind_and_what_to_end
    an_unconfirmed_entry_is_in_no_draw_and_comes_behind_it_once_confirmed
    an_unconfirmed_entry_is_neither_moved_nor_offered_seats_by_the_organiser
    a_trusted_join_and_one_without_proof_are_confirmed
    whoever_joins_where_somebody_waits_is_shown_what_anybody_is
    what_a_stranger_is_shown_ends_as_an_unconfirmed_entry_does
    a_stand_in_holds_nothing_personal
    the_name_of_a_stand_ins_attendee_ends_with_the_personal_data_of_the_event
    whoever_joins_where_somebody_waits_is_refused_as_anybody_is
    a_token_that_came_with_a_public_join_only_looks
}

impl Fixture {
    fn public_wish(&self, name: &str) -> Join {
        Join { is_public: true, ..self.wish(name, 1) }
    }

    async fn try_public_join(&self, name: &str) -> Result<Joined, Error> {
        Joins::new(&self.table).join(&self.public_wish(name), |_| Ok(())).await
    }

    /// Joins without a key, and marks the number as the relay does.
    async fn join_publicly(&self, name: &str) -> StandingInLine {
        let Joined::New(entry, standing) = self.try_public_join(name).await.expect("open") else {
            panic!("{name} stands in line already")
        };
        self.mark_unconfirmed(&entry).await;
        standing
    }

    async fn mark_unconfirmed(&self, entry: &Entry) {
        let marked = [(entry.number, vec![Mark::Unconfirmed])];
        IndexUpkeep::new(&self.table).mark(&entry.lane_id(), &marked).await.expect("the table answers");
    }

    async fn confirm(&self, name: &str) -> Entry {
        Confirmations::new(&self.table).confirm(&self.entry(name).await).await.expect("they wait")
    }

    async fn in_line(&self, name: &str) -> (Option<u64>, u64) {
        let entry = self.entry(name).await.entry;
        let found = Entries::new(&self.table).standings([&entry]).await.expect("the table answers")[0];
        found.map_or((None, 0), |found| (found.position(), found.unconfirmed_before))
    }

    async fn look_after(&self, name: &str) -> Unconfirmed {
        let place = self.entry(name).await.entry.place;
        Confirmations::new(&self.table).look_after(&place).await.expect("the table answers")
    }

    async fn unconfirmed_and_waiting(&self) -> (u64, u64) {
        let numbers = self.line().await.numbers;
        (numbers.unconfirmed(), numbers.waiting())
    }

    fn event_of(&self, change: impl FnOnce(&mut WaitlistRules)) -> Event {
        let mut event = self.event();
        change(&mut event.rules);
        event
    }

    /// Hands out numbers without entries.
    async fn hand_out(&self, count: u64) {
        let number = |number: u64| AttributeValue::N(number.to_string());
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let update = self.client.update_item().table_name(self.table_name());
        let update = update.key("pk", text("NUMBERS#camp#camper")).key("sk", text("NUMBERS"));
        let update = update.update_expression("SET #next = :next, issued = :count");
        let update = update.expression_attribute_names("#next", "next");
        let update = update.expression_attribute_values(":next", number(count + 1));
        update.expression_attribute_values(":count", number(count)).send().await.expect("the line is there");
    }

    /// One seat more than before.
    async fn one_more_seat(&self, event: Event) {
        let capacity = self.line().await.seats.capacity + 1;
        self.put_event(event, capacity).await.expect("more seats");
    }
}

async fn an_unconfirmed_entry_is_passed_over_and_is_next_with_its_old_number_once_it_is_confirmed(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.try_public_join("ada").await.expect("open");
    fixture.join("bob").await;
    fixture.join("cyd").await;
    // The number of ada is not marked yet, and her entry is in sight.
    fixture.one_more_seat(fixture.event()).await;
    assert_eq!(fixture.promote().await.offered, 1);
    assert_eq!(fixture.status("bob").await, Status::Offered);
    fixture.mark_unconfirmed(&fixture.entry("ada").await.entry).await;
    let before = fixture.entry("ada").await.entry;
    let confirmed = fixture.confirm("ada").await;
    assert_eq!((confirmed.number, confirmed.is_confirmed()), (before.number, true));
    assert_eq!(fixture.confirm("ada").await.number, before.number, "again, it does nothing");
    fixture.one_more_seat(fixture.event()).await;
    assert_eq!(fixture.promote().await.offered, 1);
    assert_eq!((fixture.status("ada").await, fixture.status("cyd").await), (Status::Offered, Status::Waiting));
}

async fn an_entry_that_was_just_confirmed_is_not_overtaken_while_the_index_lags(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.join_publicly("ada").await;
    fixture.join("bob").await;
    // Her number is resolved, and the index shows her entry as it was.
    let entry = fixture.entry("ada").await.entry;
    let marked = [(entry.number, vec![Mark::Resolved])];
    IndexUpkeep::new(&fixture.table).mark(&entry.lane_id(), &marked).await.expect("the table answers");
    fixture.advance(HOUR);
    fixture.one_more_seat(fixture.event()).await;
    let promoted = fixture.promote().await;
    assert_eq!((promoted.offered, promoted.look_again), (0, true));
    assert_eq!(fixture.in_line("ada").await.0, Some(1), "her number is not retired");
}

async fn unconfirmed_entries_count_in_positions_and_their_number_is_told(fixture: Fixture) {
    fixture.sold_out(1).await;
    for name in ["ada", "bob"] {
        fixture.join_publicly(name).await;
    }
    fixture.join("cyd").await;
    let standing = fixture.join_publicly("dot").await;
    assert_eq!((standing.standing, standing.unconfirmed_before), (Standing::Line(4), 2));
    assert_eq!(fixture.in_line("cyd").await, (Some(3), 2));
    fixture.confirm("ada").await;
    assert_eq!(fixture.in_line("cyd").await, (Some(3), 1));
    assert_eq!(fixture.in_line("dot").await, (Some(4), 1));
    Departures::new(&fixture.table).leave(&fixture.entry("bob").await).await.expect("she waits");
    assert_eq!(fixture.in_line("cyd").await, (Some(2), 0));
}

async fn thousands_of_unconfirmed_entries_at_the_head_hold_nobody_up(fixture: Fixture) {
    /// More than two pages of the position index.
    const COUNT: u64 = 2_100;
    fixture.sold_out(1).await;
    let line = line().lane(waitlist_domain::line::lane::Lane::Common);
    // Their entries are left out: promotions do not read where nobody stands.
    fixture.hand_out(COUNT).await;
    let marked: Vec<_> = (1..=COUNT).map(|number| (number, vec![Mark::Unconfirmed])).collect();
    IndexUpkeep::new(&fixture.table).mark(&line, &marked).await.expect("the table answers");
    fixture.join("ada").await;
    assert_eq!(fixture.in_line("ada").await, (Some(COUNT + 1), COUNT));
    fixture.one_more_seat(fixture.event()).await;
    assert_eq!(fixture.promote().await.offered, 1);
    assert_eq!(fixture.status("ada").await, Status::Offered);
}

async fn seats_are_on_sale_while_only_unconfirmed_entries_stand_and_a_confirmation_ends_that(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.join_publicly("ada").await;
    fixture.one_more_seat(fixture.event()).await;
    assert_eq!(fixture.promote().await.offered, 0);
    assert_eq!(fixture.seats().await, (1, 0, 1, false), "nobody waits, so the seat is on sale");
    fixture.sell(1).await.expect("on sale");
    fixture.one_more_seat(fixture.event()).await;
    fixture.promote().await;
    assert_eq!(fixture.seats().await, (2, 0, 1, false));
    let examined = Sweeps::new(&fixture.table).examine(&line()).await.expect("answers");
    assert_eq!(examined.condition, Condition::Resting);
    assert_eq!(Sweeps::new(&fixture.table).lines().await.expect("answers"), [line()], "somebody may confirm");
    fixture.confirm("ada").await;
    let examined = Sweeps::new(&fixture.table).examine(&line()).await.expect("answers");
    assert_eq!(examined.condition, Condition::Stalled);
    assert_eq!(fixture.promote().await.offered, 1);
    assert_eq!(fixture.seats().await, (2, 1, 0, true));
    assert_eq!(fixture.status("ada").await, Status::Offered);
}

async fn unconfirmed_entries_fill_no_line_and_have_as_much_room_beside_it(fixture: Fixture) {
    fixture.put_event(fixture.event_of(|rules| rules.max_size = 2), 1).await.expect("valid");
    fixture.sell(1).await.expect("free");
    for name in ["ada", "bob"] {
        fixture.try_public_join(name).await.expect("there is room");
    }
    assert_eq!(refusal(fixture.try_public_join("cyd").await), Refusal::WaitlistFull { limit: 2 });
    for name in ["dot", "eve"] {
        fixture.join(name).await;
    }
    assert_eq!(refusal(fixture.try_join("fay", 1).await), Refusal::WaitlistFull { limit: 2 });
    for name in ["ada", "bob"] {
        fixture.mark_unconfirmed(&fixture.entry(name).await.entry).await;
    }
    assert_eq!(fixture.unconfirmed_and_waiting().await, (2, 2));
    fixture.confirm("ada").await;
    assert_eq!(fixture.unconfirmed_and_waiting().await, (1, 3), "whoever was let in may confirm");
    assert_eq!(refusal(fixture.try_public_join("cyd").await), Refusal::WaitlistFull { limit: 2 });
    for name in ["dot", "eve"] {
        Departures::new(&fixture.table).leave(&fixture.entry(name).await).await.expect("they wait");
    }
    fixture.try_public_join("cyd").await.expect("one confirmed entry is left");
    // Another size moves the limit, however many are unconfirmed.
    fixture.put_event(fixture.event_of(|rules| rules.max_size = 3), 1).await.expect("valid");
    for name in ["gil", "hal"] {
        fixture.join(name).await;
    }
    assert_eq!(refusal(fixture.try_join("ina", 1).await), Refusal::WaitlistFull { limit: 3 });
}

async fn nobody_is_told_less_room_by_joins_that_were_given_up(fixture: Fixture) {
    fixture.put_event(fixture.event_of(|rules| rules.max_size = 2), 1).await.expect("valid");
    fixture.sell(1).await.expect("free");
    // The same person joins by two requests at once: one of the numbers is not needed.
    let join = |name: &str| fixture.public_wish(name);
    let joins = Joins::new(&fixture.table);
    let (one, other) = (join("ada"), join("ada"));
    let (one, other) = futures_util::join!(joins.join(&one, |_| Ok(())), joins.join(&other, |_| Ok(())));
    let new = [one, other].into_iter().filter(|joined| matches!(joined, Ok(Joined::New(..)))).count();
    assert_eq!(new, 1);
    fixture.mark_unconfirmed(&fixture.entry("ada").await.entry).await;
    fixture.advance(HOUR);
    Sweeps::new(&fixture.table).audit(&line()).await.expect("answers");
    fixture.try_public_join("bob").await.expect("there is room for two");
    assert_eq!(refusal(fixture.try_public_join("cyd").await), Refusal::WaitlistFull { limit: 2 });
}

async fn an_entry_that_nobody_confirms_is_reminded_once_and_then_ends(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.join_publicly("ada").await;
    fixture.advance(12 * HOUR - SECOND);
    assert_eq!(fixture.look_after("ada").await, Unconfirmed::NotDue);
    fixture.advance(SECOND);
    assert_eq!(fixture.look_after("ada").await, Unconfirmed::Reminded);
    assert_eq!(fixture.look_after("ada").await, Unconfirmed::NotDue, "once is enough");
    fixture.advance(12 * HOUR - SECOND);
    assert_eq!(fixture.look_after("ada").await, Unconfirmed::NotDue);
    fixture.advance(SECOND);
    assert_eq!(fixture.look_after("ada").await, Unconfirmed::Ended);
    assert_eq!(fixture.look_after("ada").await, Unconfirmed::NotDue);
    assert_eq!(fixture.status("ada").await, Status::Unconfirmed);
    assert_eq!(fixture.unconfirmed_and_waiting().await, (0, 0));
    let confirmed = Confirmations::new(&fixture.table).confirm(&fixture.entry("ada").await).await;
    assert_eq!(refusal(confirmed), Refusal::EntryEnded { status: "unconfirmed" });
    assert!(matches!(fixture.try_public_join("ada").await, Ok(Joined::New(..))), "they may join again");
}

async fn an_unconfirmed_entry_leaves_and_counts_no_more(fixture: Fixture) {
    fixture.put_event(fixture.event_of(|rules| rules.max_size = 1), 1).await.expect("valid");
    fixture.sell(1).await.expect("free");
    fixture.join_publicly("ada").await;
    assert!(Departures::new(&fixture.table).leave(&fixture.entry("ada").await).await.expect("she waits"));
    assert_eq!(fixture.unconfirmed_and_waiting().await, (0, 0));
    fixture.join_publicly("bob").await;
    Departures::new(&fixture.table).remove(&fixture.entry("bob").await).await.expect("he waits");
    assert_eq!(fixture.unconfirmed_and_waiting().await, (0, 0));
    fixture.join_publicly("cyd").await;
    fixture.confirm("cyd").await;
    assert_eq!(fixture.unconfirmed_and_waiting().await, (0, 1));
    assert_eq!(refusal(fixture.try_join("dot", 1).await), Refusal::WaitlistFull { limit: 1 });
}

async fn the_sweep_finds_whom_to_remind_and_what_to_end(fixture: Fixture) {
    fixture.sold_out(1).await;
    for name in ["ada", "bob", "cyd"] {
        fixture.join_publicly(name).await;
        fixture.advance(HOUR);
    }
    fixture.confirm("bob").await;
    let found = async || {
        let until = fixture.table.now().plus_milliseconds(90 * SECOND);
        let wakes = Sweeps::new(&fixture.table).confirmations(&line(), until).await.expect("answers");
        let name = |wake: &Wake| match wake {
            Wake::Confirmation { place, .. } => place.customer_id.to_string(),
            other => panic!("{other:?}"),
        };
        wakes.iter().map(name).collect::<Vec<_>>()
    };
    assert_eq!(found().await, [""; 0]);
    fixture.advance(9 * HOUR);
    assert_eq!(found().await, ["ada"]);
    assert_eq!(fixture.look_after("ada").await, Unconfirmed::Reminded);
    assert_eq!(found().await, [""; 0], "she is not found again");
    fixture.advance(2 * HOUR);
    assert_eq!(found().await, ["cyd"]);
    fixture.advance(10 * HOUR);
    assert_eq!(found().await, ["ada"]);
    assert_eq!(fixture.look_after("ada").await, Unconfirmed::Ended);
    fixture.advance(2 * HOUR);
    assert_eq!(found().await, ["cyd"]);
}

async fn an_unconfirmed_entry_is_in_no_draw_and_comes_behind_it_once_confirmed(fixture: Fixture) {
    fixture.sold_out_in_order(fixture.lottery(&[])).await;
    fixture.join_tier("ada", None).await.expect("open");
    for name in ["bob", "cyd"] {
        fixture.join_publicly(name).await;
    }
    fixture.confirm("bob").await;
    assert_eq!(fixture.standing("ada").await, Some(Standing::Draw { entrants: 2 }));
    fixture.advance(HOUR + 30 * SECOND);
    fixture.draw().await;
    let drawn = fixture.result(0).await.expect("drawn");
    let entrants: BTreeSet<_> = drawn.part.iter().map(|listed| listed.entry_id.clone()).collect();
    let confirmed = [fixture.entry("ada").await.entry.id, fixture.entry("bob").await.entry.id];
    assert_eq!(entrants, BTreeSet::from(confirmed));
    fixture.join_tier("dot", None).await.expect("open");
    let confirmed = fixture.confirm("cyd").await;
    assert_eq!((confirmed.lane.as_str(), fixture.in_line("cyd").await), ("", (Some(4), 0)));
    assert_eq!(fixture.in_line("dot").await, (Some(3), 0));
    assert_eq!(fixture.unconfirmed_and_waiting().await, (0, 4));
}

async fn an_unconfirmed_entry_is_neither_moved_nor_offered_seats_by_the_organiser(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.join_publicly("ada").await;
    fixture.one_more_seat(fixture.event()).await;
    let ada = fixture.entry("ada").await;
    let moved = Moves::new(&fixture.table).move_to(&ada, &Destination::Front).await;
    assert_eq!(refusal(moved), Refusal::NotConfirmed);
    assert_eq!(refusal(OffersOutOfTurn::new(&fixture.table).offer(&ada).await), Refusal::NotConfirmed);
    fixture.confirm("ada").await;
    OffersOutOfTurn::new(&fixture.table).offer(&fixture.entry("ada").await).await.expect("she is confirmed");
}

async fn a_trusted_join_and_one_without_proof_are_confirmed(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.join("ada").await;
    assert!(fixture.entry("ada").await.entry.is_confirmed());
    fixture.put_event(fixture.event_of(|rules| rules.proof = Proof::None), 1).await.expect("valid");
    fixture.try_public_join("bob").await.expect("open");
    let bob = fixture.entry("bob").await;
    assert!(bob.entry.is_confirmed() && bob.is_proven_by(&SecretHash::of("bob")));
}

/// A look at the line with the token of this name.
async fn shown(fixture: &Fixture, name: &str, token: &str) -> Option<StoredEntry> {
    let place = fixture.entry(name).await.entry.place.tag();
    let token = PresentedToken::unsealed(SecretHash::of(token), place);
    Entries::new(&fixture.table).shown_by(&customer(name), &token).await.expect("the table answers")
}

/// Somebody joins with ada's address, and is given a token with these bits.
async fn join_as_ada(fixture: &Fixture, bits: u8) -> Result<StandIn, Error> {
    let wish = fixture.public_wish("ada");
    let token = Token::from_bits(&wish.place.tag(), [bits; 32]);
    let join = Join { token_hash: token.hash(), entry_id: EntryId::from_bits([bits; 16]), ..wish };
    let joins = Joins::new(&fixture.table);
    match joins.join(&join, |_| Ok(())).await? {
        Joined::Existing(stored) => joins.stand_in(&join, &token, &stored).await,
        Joined::New(entry, _) => panic!("she waits: {entry:?}"),
    }
}

async fn shown_to_a_stranger(fixture: &Fixture, token: &Token) -> StoredEntry {
    let shown = Entries::new(&fixture.table).shown_by(&customer("ada"), &token.presented()).await;
    shown.expect("the table answers").expect("it is shown")
}

async fn whoever_joins_where_somebody_waits_is_shown_what_anybody_is(fixture: Fixture) {
    fixture.sold_out(1).await;
    for name in ["ada", "bob", "cyd"] {
        fixture.join(name).await;
    }
    let mut given = Vec::new();
    // Each would have taken a number, and the next one a higher one.
    for position in 4..10 {
        let bits = u8::try_from(position).expect("it is small");
        let StandIn { entry, standing, token } = join_as_ada(&fixture, bits).await.expect("it is shown");
        assert_eq!((standing.position(), entry.is_confirmed()), (Some(position), false));
        given.push((position, entry.id, token));
    }
    assert_eq!(fixture.line().await.numbers.next, 4, "no number is taken");
    for (position, id, token) in &given {
        let seen = shown_to_a_stranger(&fixture, token).await;
        assert!(!seen.is_proven_by(&token.hash()), "it only looks");
        assert_eq!((seen.entry.status, &seen.entry.id), (Status::Waiting, id));
        let found = Entries::new(&fixture.table).standings([&seen.entry]).await.expect("answers")[0];
        assert_eq!(found.and_then(StandingInLine::position), Some(*position));
    }
    let ada = fixture.entry("ada").await;
    assert_eq!((ada.entry.number, fixture.in_line("ada").await), (1, (Some(1), 0)));
    assert!(ada.joined_again_at.is_some(), "she is told");

    let ada = fixture.entry("ada").await;
    Departures::new(&fixture.table).leave(&ada).await.expect("she waits");
    fixture.join("ada").await;
    let (_, _, first) = &given[0];
    assert_eq!(shown_to_a_stranger(&fixture, first).await.entry.status, Status::Waiting, "she left and came again");
    fixture.advance(24 * HOUR);
    let over = shown_to_a_stranger(&fixture, first).await.entry.status;
    assert_eq!(over, Status::Unconfirmed, "it ends as anybody's would");
}

async fn what_a_stranger_is_shown_ends_as_an_unconfirmed_entry_does(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.join_publicly("ada").await;
    fixture.advance(24 * HOUR);
    assert_eq!(fixture.entry("ada").await.entry.status, Status::Waiting, "nobody has looked after it");
    assert_eq!(shown(&fixture, "ada", "ada").await.expect("it is shown").entry.status, Status::Unconfirmed);
}

async fn a_stand_in_holds_nothing_personal(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.join("ada").await;
    let StandIn { token, .. } = join_as_ada(&fixture, 7).await.expect("it is shown");
    let seen = shown_to_a_stranger(&fixture, &token).await.entry;
    assert!(seen.applicant.is_removed() && seen.applicant.phone.is_none(), "{seen:?}");
}

async fn the_name_of_a_stand_ins_attendee_ends_with_the_personal_data_of_the_event(fixture: Fixture) {
    const NAME: &str = "Mia O'Neil-Åström";
    let event = fixture.event_of(|rules| rules.retention = Retention::parse("1 day").expect("valid"));
    let ends_at = event.personal_data_end_at();
    fixture.put_event(event, 0).await.expect("valid");
    let name = AttendeeName::parse(NAME).expect("valid");
    let for_mia = |wish: Join| Join {
        place: PlaceId { attendee_id: Some(name.id()), ..wish.place },
        applicant: Applicant { attendee_name: Some(name.clone()), ..wish.applicant },
        ..wish
    };
    let joins = Joins::new(&fixture.table);
    joins.join(&for_mia(fixture.wish("ada", 1)), |_| Ok(())).await.expect("open");
    let wish = for_mia(fixture.public_wish("ada"));
    let token = Token::from_bits(&wish.place.tag(), [7; 32]);
    let join = Join { token_hash: token.hash(), entry_id: EntryId::from_bits([7; 16]), ..wish };
    let Joined::Existing(stored) = joins.join(&join, |_| Ok(())).await.expect("open") else { panic!("she waits") };
    let StandIn { token, .. } = joins.stand_in(&join, &token, &stored).await.expect("it is shown");

    let attendee = async || shown_to_a_stranger(&fixture, &token).await.entry.attendee();
    assert_eq!(attendee().await, Some(name.clone()), "as an entry shows it");
    let items = scan_all(&fixture.client, fixture.table_name()).await;
    let of_stand_ins = items.iter().filter(|item| item["pk"].as_s().is_ok_and(|pk| pk.starts_with("STANDIN#")));
    for item in of_stand_ins.filter(|item| format!("{item:?}").contains(NAME)) {
        assert_eq!(item["ttl"].as_n(), Ok(&ends_at.seconds().to_string()), "{item:?}");
    }
    fixture.advance(fixture.table.now().milliseconds_until(ends_at));
    assert_eq!(attendee().await.map(String::from), Some(name.id().into()), "DynamoDB has not deleted it yet");
}

async fn whoever_joins_where_somebody_waits_is_refused_as_anybody_is(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.join("ada").await;
    let refused_alike = async || {
        let anybody = refusal(fixture.try_public_join("bob").await);
        assert_eq!(refusal(join_as_ada(&fixture, 7).await), anybody);
        anybody
    };
    fixture.steer(Some(Joining::Paused), None).await;
    assert_eq!(refused_alike().await, Refusal::JoiningPaused);
    assert!(fixture.entry("ada").await.joined_again_at.is_some(), "she is told");
    fixture.steer(Some(Joining::Closed), None).await;
    assert_eq!(refused_alike().await, Refusal::WaitlistClosed);
    fixture.steer(Some(Joining::Open), None).await;
    fixture.put_event(fixture.event_of(|rules| rules.max_size = 1), 1).await.expect("valid");
    assert_eq!(refused_alike().await, Refusal::WaitlistFull { limit: 1 });
}

async fn a_token_that_came_with_a_public_join_only_looks(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.join_publicly("ada").await;
    let token = SecretHash::of("ada");
    let seen = shown(&fixture, "ada", "ada").await.expect("it is shown");
    assert!(!seen.is_proven_by(&token));
    fixture.confirm("ada").await;
    let seen = shown(&fixture, "ada", "ada").await.expect("it is shown");
    assert!(!seen.is_proven_by(&token), "nor once somebody has confirmed");
}
