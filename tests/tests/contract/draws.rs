//! Draws step by step, while people come and leave, events change, and others draw as well.

use std::collections::HashMap;
use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use waitlist_domain::Refusal;
use waitlist_domain::event::{Event, TicketType, WaitlistRules};
use waitlist_domain::line::draw::Seed;
use waitlist_domain::line::order::{Order, Standing, StandingInLine};
use waitlist_domain::values::credential::SecretHash;
use waitlist_domain::values::identifier::{LineId, TicketTypeId};
use waitlist_domain::values::label::Label;
use waitlist_store::Table;
use waitlist_store::commands::draws::{DrawLists, Draws, Progress, PublicDraw};
use waitlist_store::commands::events::{EventChanges, WantedEvent};
use waitlist_store::commands::joining::Joined;
use waitlist_store::commands::offers::Departures;
use waitlist_store::commands::sweeping::{Condition, Examined, Sweeps};
use waitlist_store::queries::events::Events;

use super::fixture::{Fixture, HOUR, SECOND, contract, event_id, line, refusal};
use super::interleaving::held_up;

contract! {
    a_draw_interrupted_at_every_step_puts_everybody_in_their_place
    while_lots_are_drawn_the_line_is_as_long_as_it_is
    an_entry_that_leaves_during_a_draw_is_in_nobodys_way
    an_audit_leaves_a_pool_alone_during_its_draw
    a_draw_is_looked_after_though_its_waitlist_has_come_to_rest
    a_draw_is_looked_after_though_its_event_has_begun
    a_draw_just_before_its_event_begins_is_held
    two_draws_at_once_draw_the_same
    a_second_draw_leaves_the_work_to_the_first
    each_ticket_type_is_drawn_with_a_seed_of_its_own
    a_draw_is_not_put_off_once_there_is_nothing_left_to_draw
    a_draw_that_is_put_off_just_as_it_begins_is_not_held
    an_order_is_kept_while_lots_are_drawn_by_it
    a_draw_stays_as_it_was_when_its_event_changes
}

impl Fixture {
    /// One step of the draw, as in a function that runs out of time after it.
    async fn draw_a_step(&self) -> Progress {
        Draws::new(&self.table).hold(&line(), self.table.now()).await.expect("nothing disturbs it")
    }

    async fn enter(&self, names: &[&str]) {
        for name in names {
            self.join_tier(name, None).await.expect("open");
        }
    }

    async fn is_looked_after_until_the_draw_is_finished(&self, condition: Condition) {
        let sweeps = Sweeps::new(&self.table);
        let examined = async || sweeps.examine(&line()).await.expect("answers");
        let lines = async || sweeps.lines().await.expect("answers");
        let found = examined().await;
        assert_eq!((found.condition, found.draw_at.is_some()), (condition, true));
        assert_eq!(lines().await, [line()]);
        assert_eq!(self.draw().await, Progress::Finished);
        assert_eq!(examined().await, Examined { condition, draw_at: None });
        assert_eq!(lines().await, []);
    }

    async fn leaves_the_draw(&self, name: &str) {
        Departures::new(&self.table).leave(&self.entry(name).await).await.expect("they wait");
    }

    async fn held(&self) -> Option<PublicDraw> {
        DrawLists::new(&self.table).held(&line(), 0).await.expect("answers")
    }

    async fn commitments(&self) -> Vec<Option<SecretHash>> {
        let lines = Events::new(&self.table).get_with_lines(&event_id()).await.expect("it is there").lines;
        lines.into_iter().map(|line| line.commitment).collect()
    }

    async fn put_lottery(&self, tiers: &[&str], capacity: u64) -> Result<(), waitlist_domain::Error> {
        self.put_event(self.event_in_order(self.lottery(tiers)), capacity).await.map(|_| ())
    }
}

fn ids(draw: &PublicDraw) -> Vec<String> {
    draw.result.iter().flat_map(|outcome| &outcome.part).map(|listed| listed.entry_id.to_string()).collect()
}

/// The order of these entries by `tools/draw.py`.
fn drawn_by_script(draw: &PublicDraw, entries: &[Value]) -> Vec<String> {
    let outcome = draw.result.as_ref().expect("drawn");
    let tiers: Vec<&str> = draw.tiers.iter().map(waitlist_domain::values::identifier::TierId::as_str).collect();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../tools/draw.py");
    let mut python = Command::new("python3");
    let mut child = python.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("Python runs");
    let wanted = json!({"seed": outcome.seed, "tiers": tiers, "entries": entries});
    let mut stdin = child.stdin.take().expect("piped");
    writeln!(stdin, "{wanted}").expect("it reads");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    serde_json::from_slice(&output.stdout).expect("ids")
}

async fn a_draw_interrupted_at_every_step_puts_everybody_in_their_place(fixture: Fixture) {
    // More than a page of the position index and more than two parts of a draw's list.
    const COUNT: u64 = 1_030;
    fixture.sold_out_in_order(fixture.lottery(&["vip", "general"])).await;
    let mut names = HashMap::new();
    for index in 0..COUNT {
        let of = if index % 3 == 0 { "vip" } else { "general" };
        let name = format!("{of}{index}");
        let Joined::New(entry, _) = fixture.join_tier(&name, Some(of)).await.expect("open") else { panic!("{name}") };
        names.insert(entry.id, name);
    }
    fixture.put_event(fixture.stored_event().await, 1).await.expect("a seat more");
    fixture.advance(HOUR + 30 * SECOND);
    let mut steps = Vec::new();
    while steps.last() != Some(&Progress::Finished) {
        let progress = fixture.draw_a_step().await;
        steps.push(progress);
        assert_eq!(fixture.line().await.numbers.waiting(), COUNT, "after {steps:?}");
        if !steps.contains(&Progress::Drawn) {
            assert_eq!(fixture.promote().await.offered, 0, "after {steps:?}");
            assert_eq!(fixture.standing("vip0").await, Some(Standing::Draw { entrants: COUNT }), "after {steps:?}");
        }
        assert!(steps.len() < 20, "each step gets it further: {steps:?}");
    }
    // Two pages to collect, three parts to list and to place, the switch to places, and two pages
    // to mark.
    assert_eq!(steps.iter().filter(|step| **step == Progress::Underway).count(), 2 + 3 + 3 + 1, "{steps:?}");
    assert_eq!(fixture.joined().await, COUNT);
    let mut listed = Vec::new();
    for part in 0..3 {
        listed.extend(fixture.result(part).await.expect("drawn").part);
    }
    let draw = fixture.held().await.expect("held");
    let entries: Vec<Value> =
        listed.iter().rev().map(|entry| json!({"entryId": entry.entry_id, "tier": entry.tier})).collect();
    let drawn: Vec<String> = listed.iter().map(|entry| entry.entry_id.to_string()).collect();
    assert_eq!(drawn_by_script(&draw, &entries), drawn);
    for place in [1, 2, 500, 501, 1_000, COUNT] {
        let entry_id = &listed[usize::try_from(place - 1).expect("small")].entry_id;
        assert_eq!(fixture.standing(&names[entry_id]).await, Some(Standing::Line(place)));
    }
}

async fn while_lots_are_drawn_the_line_is_as_long_as_it_is(fixture: Fixture) {
    let event = fixture.event_in_order(fixture.lottery(&[]));
    let rules = WaitlistRules { max_size: 10, ..event.rules.clone() };
    fixture.put_event(Event { rules, ..event }, 0).await.expect("valid");
    fixture.enter(&["ada", "bob", "cyd"]).await;
    fixture.advance(HOUR + 30 * SECOND);
    for late in 1.. {
        let progress = fixture.draw_a_step().await;
        assert_eq!(fixture.line().await.numbers.waiting(), 2 + late, "{progress:?}");
        if progress == Progress::Finished {
            break;
        }
        // Counted twice, the three in the draw would soon fill the waitlist.
        let joined = fixture.join_tier(&format!("late{late}"), None).await.expect("there is room");
        assert!(
            matches!(joined, Joined::New(_, StandingInLine { standing: Standing::Line(place), .. }) if place == 3 + late),
            "{progress:?}: {joined:?}"
        );
    }
    assert!(fixture.line().await.numbers.waiting() > 6, "people came all the while");
}

async fn an_entry_that_leaves_during_a_draw_is_in_nobodys_way(fixture: Fixture) {
    fixture.sold_out_in_order(fixture.lottery(&[])).await;
    let names = ["ada", "bob", "cyd", "dan", "eve"];
    fixture.enter(&names).await;
    fixture.advance(HOUR + 30 * SECOND);
    let mut left = Vec::new();
    // One leaves after each step: with a lot, listed, with a place, and once places count.
    for name in names.iter().take(4) {
        let progress = fixture.draw_a_step().await;
        fixture.leaves_the_draw(name).await;
        left.push((name, progress));
        assert_eq!(fixture.line().await.numbers.waiting(), 5 - left.len() as u64, "{left:?}");
    }
    assert_eq!(left[3].1, Progress::Drawn, "{left:?}");
    assert_eq!(fixture.draw().await, Progress::Finished);
    assert_eq!(fixture.held().await.and_then(|draw| draw.result).expect("drawn").entrants, 5);
    assert_eq!((fixture.joined().await, fixture.line().await.numbers.waiting()), (5, 1));
    assert_eq!(fixture.standing("eve").await, Some(Standing::Line(1)));
    assert_eq!(fixture.serve(&["eve"]).await, ["eve"], "at once: nobody is waited for");
}

async fn an_audit_leaves_a_pool_alone_during_its_draw(fixture: Fixture) {
    fixture.sold_out_in_order(fixture.lottery(&[])).await;
    fixture.enter(&["ada", "bob"]).await;
    fixture.advance(HOUR + 30 * SECOND);
    while fixture.draw_a_step().await != Progress::Drawn {
        assert_eq!(Sweeps::new(&fixture.table).audit(&line()).await.expect("answers"), 0);
        assert_eq!(fixture.line().await.numbers.waiting(), 2);
    }
    assert_eq!(Sweeps::new(&fixture.table).audit(&line()).await.expect("answers"), 0);
    assert_eq!(fixture.draw().await, Progress::Finished);
    assert_eq!((fixture.joined().await, fixture.line().await.numbers.waiting()), (2, 2));
}

async fn a_draw_is_looked_after_though_its_waitlist_has_come_to_rest(fixture: Fixture) {
    fixture.sold_out_in_order(fixture.lottery(&[])).await;
    fixture.enter(&["ada"]).await;
    fixture.put_event(fixture.stored_event().await, 2).await.expect("more than are wanted");
    fixture.advance(HOUR + 30 * SECOND);
    while fixture.draw_a_step().await != Progress::Drawn {}
    assert_eq!(fixture.promote().await.offered, 1);
    fixture.promote().await;
    assert!(!fixture.line().await.seats.waitlist_active, "nobody waits, and a seat is free");
    // The timer's message is lost, so the pool's numbers are not marked yet.
    fixture.is_looked_after_until_the_draw_is_finished(Condition::Resting).await;
    assert_eq!(fixture.joined().await, 1);
}

async fn a_draw_is_looked_after_though_its_event_has_begun(fixture: Fixture) {
    fixture.sold_out_in_order(fixture.lottery(&[])).await;
    fixture.enter(&["ada"]).await;
    fixture.advance(HOUR + 30 * SECOND);
    fixture.draw_a_step().await;
    fixture.advance(2000 * HOUR);
    fixture.is_looked_after_until_the_draw_is_finished(Condition::Closed).await;
}

async fn a_draw_just_before_its_event_begins_is_held(fixture: Fixture) {
    fixture.sold_out_in_order(fixture.lottery(&[])).await;
    fixture.enter(&["ada"]).await;
    // No sweep comes between the draw and the beginning of the event.
    fixture.advance(2000 * HOUR);
    fixture.is_looked_after_until_the_draw_is_finished(Condition::Closed).await;
    assert_eq!(fixture.standing("ada").await.and_then(Standing::position), Some(1));
}

async fn two_draws_at_once_draw_the_same(fixture: Fixture) {
    fixture.sold_out_in_order(fixture.lottery(&[])).await;
    fixture.enter(&["ada", "bob", "cyd"]).await;
    fixture.advance(HOUR + 30 * SECOND);
    assert_eq!(fixture.draw_a_step().await, Progress::Underway);
    let until = fixture.table.now().plus_milliseconds(HOUR);
    // One draw is held up before it writes the list; meanwhile another finishes.
    let slow = async |table: Table| Draws::new(&table).hold(&line(), until).await.expect("nothing disturbs it");
    let meanwhile = async || {
        fixture.leaves_the_draw("bob").await;
        fixture.advance(31 * SECOND);
        assert_eq!(fixture.draw().await, Progress::Finished);
    };
    assert_eq!(held_up(&fixture, "PutItem", slow, meanwhile).await, Progress::Finished);
    assert_eq!((fixture.joined().await, fixture.line().await.numbers.waiting()), (3, 2));
    let draw = fixture.held().await.expect("held");
    let mut places = Vec::new();
    for name in ["ada", "cyd"] {
        let place = fixture.standing(name).await.and_then(Standing::position).expect("drawn");
        places.push((place, fixture.entry(name).await.entry.id.to_string()));
    }
    places.sort();
    assert_eq!([places[0].0, places[1].0], [1, 2]);
    let listed: Vec<String> =
        ids(&draw).into_iter().filter(|id| places.iter().any(|(_, placed)| placed == id)).collect();
    assert_eq!(listed, places.into_iter().map(|(_, id)| id).collect::<Vec<_>>());
}

async fn a_second_draw_leaves_the_work_to_the_first(fixture: Fixture) {
    fixture.sold_out_in_order(fixture.lottery(&[])).await;
    fixture.enter(&["ada"]).await;
    fixture.advance(HOUR + 30 * SECOND);
    assert_eq!(fixture.draw_a_step().await, Progress::Underway);
    let until = fixture.table.now().plus_milliseconds(HOUR);
    let first = async |table: Table| Draws::new(&table).hold(&line(), until).await.expect("nothing disturbs it");
    let meanwhile = async || assert_eq!(fixture.draw().await, Progress::InHand);
    assert_eq!(held_up(&fixture, "PutItem", first, meanwhile).await, Progress::Drawn);
}

async fn each_ticket_type_is_drawn_with_a_seed_of_its_own(fixture: Fixture) {
    fixture.sold_out_in_order(fixture.lottery(&[])).await;
    let first = fixture.commitments().await;
    fixture.enter(&["ada"]).await;
    fixture.advance(HOUR + 30 * SECOND);
    assert_eq!(fixture.draw().await, Progress::Finished);
    let known = fixture.result(0).await.expect("drawn").seed;
    // Another ticket type is drawn later.
    let adult = LineId { ticket_type_id: TicketTypeId::parse("adult").expect("valid"), ..line() };
    let mut event = fixture.event_in_order(fixture.lottery(&[]));
    event
        .ticket_types
        .push(TicketType { id: adult.ticket_type_id.clone(), name: Label::parse("Adult").expect("valid") });
    let wanted = WantedEvent { event, capacities: vec![Some(0), Some(0)] };
    EventChanges::new(&fixture.table).put(&wanted).await.expect("valid");
    let both = fixture.commitments().await;
    assert_eq!(both[0], first[0], "what was published stays");
    assert!(both[1].is_some() && both[1] != both[0]);
    let mut wish = fixture.wish("bob", 1);
    wish.place.line = adult.clone();
    waitlist_store::commands::joining::Joins::new(&fixture.table).join(&wish, |_| Ok(())).await.expect("open");
    fixture.advance(HOUR + 30 * SECOND);
    let until = fixture.table.now().plus_milliseconds(HOUR);
    while Draws::new(&fixture.table).hold(&adult, until).await.expect("nothing disturbs it") != Progress::Finished {}
    let draw = DrawLists::new(&fixture.table).held(&adult, 0).await.expect("answers").expect("held");
    let seed = draw.result.expect("drawn").seed;
    assert_ne!(seed, known, "nobody could know the lots of this draw from the other");
    assert_eq!(Some(Seed::parse(&seed).expect("a seed").commitment()), both[1]);
    assert_eq!(Some(draw.commitment), both[1]);
}

async fn a_draw_is_not_put_off_once_there_is_nothing_left_to_draw(fixture: Fixture) {
    fixture.sold_out_in_order(fixture.lottery(&[])).await;
    fixture.advance(SECOND);
    fixture.put_lottery(&[], 0).await.expect("before the draw it may be put off");
    let as_it_was = fixture.stored_event().await;
    fixture.enter(&["ada"]).await;
    fixture.advance(HOUR);
    fixture.draw_a_step().await;
    assert_eq!(refusal(fixture.put_lottery(&[], 0).await), Refusal::LotsDrawn, "it has begun");
    fixture.advance(30 * SECOND);
    assert_eq!(fixture.draw().await, Progress::Finished);
    assert_eq!(refusal(fixture.put_lottery(&[], 0).await), Refusal::LotsDrawn);
    fixture.put_event(as_it_was, 3).await.expect("the event may be changed in all else");
}

async fn a_draw_that_is_put_off_just_as_it_begins_is_not_held(fixture: Fixture) {
    fixture.sold_out_in_order(fixture.lottery(&[])).await;
    fixture.enter(&["ada"]).await;
    fixture.advance(HOUR + 30 * SECOND);
    let until = fixture.table.now().plus_milliseconds(HOUR);
    let draw = async |table: Table| Draws::new(&table).hold(&line(), until).await.expect("nothing disturbs it");
    let meanwhile = async || fixture.put_lottery(&[], 0).await.expect("the pool is still open");
    assert_eq!(held_up(&fixture, "UpdateItem", draw, meanwhile).await, Progress::NotDue);
    let joined = fixture.join_tier("bob", None).await.expect("open");
    assert!(
        matches!(joined, Joined::New(_, StandingInLine { standing: Standing::Draw { entrants: 2 }, .. })),
        "{joined:?}"
    );
}

async fn an_order_is_kept_while_lots_are_drawn_by_it(fixture: Fixture) {
    fixture.sold_out_in_order(fixture.lottery(&[])).await;
    fixture.enter(&["ada"]).await;
    fixture.advance(HOUR + 30 * SECOND);
    fixture.draw_a_step().await;
    fixture.leaves_the_draw("ada").await;
    let fifo = async || fixture.put_event(fixture.event_in_order(Order::Fifo), 0).await;
    assert_eq!(refusal(fifo().await), Refusal::OrderInUse, "whoever is drawn would stand nowhere");
    assert_eq!(fixture.draw().await, Progress::Finished);
    fifo().await.expect("nobody waits");
}

async fn a_draw_stays_as_it_was_when_its_event_changes(fixture: Fixture) {
    fixture.sold_out_in_order(fixture.lottery(&["member", "general"])).await;
    fixture.join_all(&["general1", "member1", "general2", "member2"]).await;
    fixture.advance(HOUR + 30 * SECOND);
    assert_eq!(fixture.draw().await, Progress::Finished);
    let drawn = fixture.held().await.expect("held");
    let event = fixture.stored_event().await;
    let draw_at = event.rules.order.draw_at().expect("lots");
    let is_the_same = async || {
        let draw = fixture.held().await.expect("held");
        assert_eq!((ids(&draw), &draw.tiers, draw.draw_at), (ids(&drawn), &drawn.tiers, draw_at));
        assert_eq!(draw.commitment, drawn.commitment);
        let outcome = draw.result.as_ref().expect("drawn");
        assert_eq!(Seed::parse(&outcome.seed).expect("a seed").commitment(), draw.commitment);
        let listed = outcome.part.iter().rev();
        let entries: Vec<Value> = listed.map(|entry| json!({"entryId": entry.entry_id, "tier": entry.tier})).collect();
        assert_eq!(drawn_by_script(&draw, &entries), ids(&draw));
    };
    is_the_same().await;
    let tiers = ["general", "member"].map(super::ordering::tier).to_vec();
    let rules = WaitlistRules { order: Order::Lottery { tiers, draw_at }, ..event.rules.clone() };
    fixture.put_event(Event { rules, ..event }, 0).await.expect("the lanes stay");
    is_the_same().await;
    for name in ["general1", "member1", "general2", "member2"] {
        fixture.leaves_the_draw(name).await;
    }
    fixture.put_event(fixture.event_in_order(Order::Fifo), 0).await.expect("nobody waits");
    is_the_same().await;
}
