//! The order of a line: tiers that come first, tiers that take turns, lots.

use waitlist_domain::entry::Status;
use waitlist_domain::event::{Event, WaitlistRules};
use waitlist_domain::line::draw::{Lot, Seed};
use waitlist_domain::line::order::{Order, Standing, StandingInLine, WeightedTier};
use waitlist_domain::line::turns::Weight;
use waitlist_domain::values::identifier::TierId;
use waitlist_domain::{Error, Refusal};
use waitlist_store::commands::draws::{DrawLists, DrawResult, Draws, Listed, Progress};
use waitlist_store::commands::events::{EventChanges, WantedEvent};
use waitlist_store::commands::joining::{Join, Joined, Joins};
use waitlist_store::commands::offers::Departures;
use waitlist_store::commands::sweeping::Sweeps;
use waitlist_store::queries::entries::Entries;
use waitlist_store::queries::events::Statistics;

use super::fixture::{Fixture, HOUR, SECOND, contract, event_id, line, refusal};
use super::interleaving::held_up;
use super::promotion::take_a_number_and_crash_in;

contract! {
    a_higher_tier_is_served_first_and_within_one_who_joined_first
    a_join_to_a_higher_tier_moves_everybody_below_back
    tiers_take_turns_by_weight
    places_under_turns_are_those_of_the_schedule
    other_weights_begin_the_turns_anew_and_other_rules_do_not
    a_join_without_a_tier_has_the_last_and_an_unknown_tier_is_refused
    an_order_that_people_wait_by_is_kept
    an_order_may_change_while_nobody_waits
    no_tier_of_a_lottery_is_left_out_while_somebody_is_in_the_draw
    no_tier_of_a_lottery_is_left_out_that_somebody_joins_meanwhile
    nothing_is_offered_and_nobody_has_a_place_before_the_draw
    the_draw_puts_everybody_where_their_lot_says
    a_join_after_the_draw_stands_behind_and_an_entry_that_left_before_is_not_drawn
    a_draw_waits_until_everybody_who_took_a_number_is_seen
    a_draw_of_more_people_than_one_item_holds
    the_sweep_finds_lines_with_a_draw_that_is_due
}

pub(super) fn tier(name: &str) -> TierId {
    TierId::parse(name).expect("valid")
}

pub(super) fn priority(tiers: &[&str]) -> Order {
    Order::Priority { tiers: tiers.iter().map(|name| tier(name)).collect() }
}

pub(super) fn weighted(tiers: &[(&str, u32)]) -> Order {
    let weighted = |(name, weight): &(&str, u32)| WeightedTier {
        id: tier(name),
        weight: Weight::parse((*weight).into()).expect("some"),
    };
    Order::Weighted { tiers: tiers.iter().map(weighted).collect() }
}

impl Fixture {
    pub(super) fn event_in_order(&self, order: Order) -> Event {
        let event = self.event();
        Event { rules: WaitlistRules { order, ..event.rules.clone() }, ..event }
    }

    /// Puts an event of this order and activates its waitlist.
    pub(super) async fn sold_out_in_order(&self, order: Order) {
        self.put_event(self.event_in_order(order), 0).await.expect("valid");
    }

    pub(super) async fn join_tier(&self, name: &str, of: Option<&str>) -> Result<Joined, Error> {
        let wish = Join { tier: of.map(tier), ..self.wish(name, 1) };
        Joins::new(&self.table).join(&wish, |_| Ok(())).await
    }

    /// Joins people named after their tiers: `vip1`, `general2`.
    pub(super) async fn join_all(&self, names: &[&str]) {
        for name in names {
            let of = name.trim_end_matches(char::is_numeric);
            self.join_tier(name, Some(of)).await.expect("open");
        }
    }

    /// Offers one seat after the other. Returns the names in the order of the offers.
    pub(super) async fn serve(&self, names: &[&str]) -> Vec<String> {
        let mut served = Vec::new();
        for _ in names {
            let event = Event { ..self.stored_event().await };
            let capacity = self.line().await.seats.capacity + 1;
            self.put_event(event, capacity).await.expect("more seats");
            self.promote().await;
            for name in names {
                let is_new = !served.contains(&(*name).to_owned());
                if is_new && self.status(name).await == Status::Offered {
                    served.push((*name).to_owned());
                }
            }
        }
        served
    }

    pub(super) async fn stored_event(&self) -> Event {
        waitlist_store::queries::events::Events::new(&self.table).get(&event_id()).await.expect("it exists")
    }

    pub(super) async fn standing(&self, name: &str) -> Option<Standing> {
        let entry = self.entry(name).await.entry;
        Entries::new(&self.table).standings([&entry]).await.expect("answers")[0].map(|found| found.standing)
    }

    pub(super) async fn joined(&self) -> u64 {
        Statistics::new(&self.table).get(&event_id()).await.expect("answers").1[0].joined
    }
}

async fn a_higher_tier_is_served_first_and_within_one_who_joined_first(fixture: Fixture) {
    fixture.sold_out_in_order(priority(&["vip", "loyalty", "general"])).await;
    let names = ["general1", "vip1", "loyalty1", "general2", "vip2"];
    fixture.join_all(&names).await;
    assert_eq!(fixture.serve(&names).await, ["vip1", "vip2", "loyalty1", "general1", "general2"]);
}

async fn a_join_to_a_higher_tier_moves_everybody_below_back(fixture: Fixture) {
    fixture.sold_out_in_order(priority(&["vip", "general"])).await;
    fixture.join_all(&["general1", "general2"]).await;
    assert_eq!(fixture.standing("general2").await, Some(Standing::Line(2)));
    let joined = fixture.join_tier("vip1", Some("vip")).await.expect("open");
    assert!(matches!(joined, Joined::New(_, StandingInLine { standing: Standing::Line(1), .. })));
    assert_eq!(fixture.standing("general2").await, Some(Standing::Line(3)));
    let joined = fixture.join_tier("general3", Some("general")).await.expect("open");
    assert!(matches!(joined, Joined::New(_, StandingInLine { standing: Standing::Line(4), .. })));
    fixture.serve(&["vip1"]).await;
    assert_eq!(fixture.standing("general3").await, Some(Standing::Line(3)));
}

async fn tiers_take_turns_by_weight(fixture: Fixture) {
    fixture.sold_out_in_order(weighted(&[("vip", 3), ("loyalty", 2), ("general", 1)])).await;
    let names = [
        "general1", "general2", "loyalty1", "loyalty2", "loyalty3", "loyalty4", "vip1", "vip2", "vip3", "vip4", "vip5",
        "vip6",
    ];
    fixture.join_all(&names).await;
    let served = fixture.serve(&names).await;
    for (of, share) in [("vip", 3), ("loyalty", 2), ("general", 1)] {
        for half in served.chunks(6) {
            let count = half.iter().filter(|name| name.starts_with(of)).count();
            assert_eq!(count, share, "{served:?}");
        }
    }
    assert_eq!(served[..3], ["vip1", "loyalty1", "general1"], "of equals the first named comes first");
}

async fn places_under_turns_are_those_of_the_schedule(fixture: Fixture) {
    fixture.sold_out_in_order(weighted(&[("vip", 2), ("general", 1)])).await;
    let names = ["general1", "general2", "vip1", "vip2", "vip3", "general3"];
    fixture.join_all(&names).await;
    fixture.serve(&["vip1"]).await;
    let mut told = Vec::new();
    for name in names {
        if let Some(Standing::Schedule(place)) = fixture.standing(name).await {
            told.push((place, name.to_owned()));
        }
    }
    let joined = fixture.join_tier("vip4", Some("vip")).await.expect("open");
    let Joined::New(_, StandingInLine { standing: Standing::Schedule(place), .. }) = joined else {
        panic!("{joined:?}")
    };
    assert_eq!(fixture.standing("vip4").await, Some(Standing::Schedule(place)));
    Departures::new(&fixture.table).leave(&fixture.entry("vip4").await).await.expect("they wait");
    told.sort();
    assert_eq!(told.iter().map(|(place, _)| *place).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    let told: Vec<String> = told.into_iter().map(|(_, name)| name).collect();
    let names: Vec<&str> = told.iter().map(String::as_str).collect();
    assert_eq!(fixture.serve(&names).await, told);
}

async fn other_weights_begin_the_turns_anew_and_other_rules_do_not(fixture: Fixture) {
    let order = |vip, general| weighted(&[("vip", vip), ("general", general)]);
    fixture.sold_out_in_order(order(1, 2)).await;
    let names = ["vip1", "vip2", "vip3", "general1", "general2", "general3"];
    fixture.join_all(&names).await;
    assert_eq!(fixture.serve(&names[..1]).await, ["vip1"]);
    let capacity = fixture.line().await.seats.capacity;
    let change = async |order| fixture.put_event(fixture.event_in_order(order), capacity).await.expect("valid");
    // By the new weights the next turn of vip lies as far ahead as before, and yet vip begins
    // again.
    change(order(2, 1)).await;
    assert_eq!(fixture.standing("vip2").await, Some(Standing::Schedule(1)));
    change(order(1, 2)).await;
    assert_eq!(fixture.serve(&["vip2"]).await, ["vip2"]);
    let event = fixture.event_in_order(order(1, 2));
    let rules = WaitlistRules { max_size: 7, ..event.rules.clone() };
    fixture.put_event(Event { rules, ..event }, capacity + 1).await.expect("valid");
    assert_eq!(fixture.standing("general1").await, Some(Standing::Schedule(1)), "vip has had its turn");
}

async fn a_join_without_a_tier_has_the_last_and_an_unknown_tier_is_refused(fixture: Fixture) {
    fixture.sold_out_in_order(priority(&["vip", "general"])).await;
    fixture.join_tier("ada", None).await.expect("open");
    assert_eq!(fixture.entry("ada").await.entry.tier, Some(tier("general")));
    let refused = refusal(fixture.join_tier("bob", Some("royal")).await);
    assert!(matches!(refused, Refusal::Invalid(errors) if errors[0].pointer == "/tier"));
}

async fn an_order_that_people_wait_by_is_kept(fixture: Fixture) {
    fixture.sold_out_in_order(priority(&["vip", "general"])).await;
    fixture.join_all(&["general1"]).await;
    for order in [Order::Fifo, priority(&["vip"]), priority(&["vip", "rest"])] {
        let event = fixture.event_in_order(order);
        assert_eq!(refusal(fixture.put_event(event, 0).await), Refusal::OrderInUse);
    }
    // Tiers may be added and reordered, and a tier without waiting entries may go.
    for order in
        [priority(&["general", "vip", "late"]), weighted(&[("general", 1), ("vip", 9)]), priority(&["general"])]
    {
        fixture.put_event(fixture.event_in_order(order), 0).await.expect("everybody keeps their place");
    }
    assert_eq!(fixture.serve(&["general1"]).await, ["general1"]);
}

async fn an_order_may_change_while_nobody_waits(fixture: Fixture) {
    fixture.sold_out_in_order(Order::Fifo).await;
    fixture.join("ada").await;
    Departures::new(&fixture.table).leave(&fixture.entry("ada").await).await.expect("she waits");
    fixture.put_event(fixture.event_in_order(priority(&["vip", "general"])), 0).await.expect("nobody waits");
    fixture.join_all(&["general1", "vip1"]).await;
    assert_eq!(fixture.serve(&["general1", "vip1"]).await, ["vip1", "general1"]);
}

// --- Lots ---

impl Fixture {
    pub(super) fn lottery(&self, tiers: &[&str]) -> Order {
        let draw_at = self.table.now().plus_milliseconds(HOUR);
        Order::Lottery { tiers: tiers.iter().map(|name| tier(name)).collect(), draw_at }
    }

    /// Draws as far as is possible now.
    pub(super) async fn draw(&self) -> Progress {
        let until = self.table.now().plus_milliseconds(HOUR);
        loop {
            match Draws::new(&self.table).hold(&line(), until).await.expect("nothing disturbs it") {
                Progress::Drawn => {}
                progress => return progress,
            }
        }
    }

    pub(super) async fn result(&self, part: u64) -> Option<DrawResult> {
        DrawLists::new(&self.table).held(&line(), part).await.expect("answers").and_then(|draw| draw.result)
    }

    pub(super) async fn drawn(&self) -> Vec<Listed> {
        self.result(0).await.expect("drawn").part
    }
}

async fn no_tier_of_a_lottery_is_left_out_while_somebody_is_in_the_draw(fixture: Fixture) {
    let order = |tiers: &[&str]| fixture.event_in_order(fixture.lottery(tiers));
    fixture.put_event(order(&["vip", "member", "general"]), 0).await.expect("valid");
    fixture.put_event(order(&["vip", "general"]), 0).await.expect("nobody is in the draw");
    fixture.join_all(&["vip1"]).await;
    for tiers in [&["general"][..], &[]] {
        assert_eq!(refusal(fixture.put_event(order(tiers), 0).await), Refusal::OrderInUse);
    }
    fixture.put_event(order(&["general", "late", "vip"]), 0).await.expect("tiers may be added, and change places");
    Departures::new(&fixture.table).leave(&fixture.entry("vip1").await).await.expect("they wait");
    fixture.put_event(order(&["general"]), 0).await.expect("nobody is in the draw");
}

async fn no_tier_of_a_lottery_is_left_out_that_somebody_joins_meanwhile(fixture: Fixture) {
    let order = |tiers: &[&str]| fixture.event_in_order(fixture.lottery(tiers));
    fixture.put_event(order(&["vip", "general"]), 0).await.expect("valid");
    let without_vip = WantedEvent { event: order(&["general"]), capacities: vec![Some(0)] };
    let put = async |table| EventChanges::new(&table).put(&without_vip).await;
    let result = held_up(&fixture, "TransactWriteItems", put, async || fixture.join_all(&["vip1"]).await).await;
    assert_eq!(refusal(result), Refusal::OrderInUse);
}

async fn nothing_is_offered_and_nobody_has_a_place_before_the_draw(fixture: Fixture) {
    fixture.sold_out_in_order(fixture.lottery(&[])).await;
    let joined = fixture.join_tier("ada", None).await.expect("open");
    assert!(matches!(joined, Joined::New(_, StandingInLine { standing: Standing::Draw { entrants: 1 }, .. })));
    fixture.join_tier("bob", None).await.expect("open");
    assert_eq!(fixture.standing("ada").await, Some(Standing::Draw { entrants: 2 }));
    fixture.put_event(fixture.stored_event().await, 5).await.expect("more seats");
    assert_eq!(fixture.promote().await.offered, 0);
    assert_eq!(fixture.draw().await, Progress::NotDue);
    assert!(fixture.result(0).await.is_none());
    fixture.advance(HOUR);
    assert_eq!(fixture.promote().await.offered, 0);
    assert_eq!(fixture.draw().await, Progress::Finished);
    assert_eq!(fixture.promote().await.offered, 2);
    assert_eq!(fixture.joined().await, 2);
}

async fn the_draw_puts_everybody_where_their_lot_says(fixture: Fixture) {
    fixture.sold_out_in_order(fixture.lottery(&["vip", "general"])).await;
    let names: Vec<String> = (0..20).map(|index| format!("{}{index}", ["vip", "general"][index % 2])).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    fixture.join_all(&names).await;
    let Order::Lottery { tiers, .. } = fixture.stored_event().await.rules.order else { panic!("lots") };
    let commitment = fixture.line().await.commitment.expect("lots");
    fixture.advance(HOUR + 30 * SECOND);
    assert_eq!(fixture.draw().await, Progress::Finished);
    assert_eq!(fixture.draw().await, Progress::Finished, "drawing again changes nothing");
    let public = fixture.result(0).await.expect("drawn");
    let seed = Seed::parse(&public.seed).expect("a seed");
    assert_eq!((seed.commitment(), public.entrants), (commitment, 20));
    let mut again = public.part.clone();
    again.reverse();
    again.sort_by_key(|listed| Lot::of(&seed, &tiers, &listed.entry_id, listed.tier.as_ref()));
    assert_eq!(again, public.part);
    let mut places = Vec::new();
    for name in &names {
        let Some(Standing::Line(place)) = fixture.standing(name).await else { panic!("{name} has no place") };
        places.push((place, fixture.entry(name).await.entry.id, (*name).to_owned()));
    }
    places.sort();
    assert_eq!(places.iter().map(|(place, ..)| *place).collect::<Vec<_>>(), (1..=20).collect::<Vec<_>>());
    let ids: Vec<_> = places.iter().map(|(_, id, _)| id.clone()).collect();
    assert_eq!(ids, public.part.iter().map(|listed| listed.entry_id.clone()).collect::<Vec<_>>());
    let by_lot: Vec<&str> = places.iter().map(|(_, _, name)| name.as_str()).collect();
    assert_eq!(fixture.serve(&by_lot).await, by_lot);
    assert_eq!(fixture.joined().await, 20);
}

async fn a_join_after_the_draw_stands_behind_and_an_entry_that_left_before_is_not_drawn(fixture: Fixture) {
    fixture.sold_out_in_order(fixture.lottery(&[])).await;
    for name in ["ada", "bob", "cyd"] {
        fixture.join_tier(name, None).await.expect("open");
    }
    Departures::new(&fixture.table).leave(&fixture.entry("bob").await).await.expect("he waits");
    fixture.advance(HOUR);
    // After the pool has closed and before the draw is held.
    let joined = fixture.join_tier("dan", None).await.expect("open");
    assert!(matches!(joined, Joined::New(_, StandingInLine { standing: Standing::Line(3), .. })), "{joined:?}");
    fixture.advance(30 * SECOND);
    assert_eq!(fixture.draw().await, Progress::Finished);
    fixture.join_tier("eve", None).await.expect("open");
    assert_eq!(fixture.drawn().await.len(), 2);
    assert_eq!(fixture.standing("dan").await, Some(Standing::Line(3)));
    assert_eq!(fixture.standing("eve").await, Some(Standing::Line(4)));
    let served = fixture.serve(&["ada", "cyd", "dan", "eve"]).await;
    assert_eq!(served[2..], ["dan", "eve"]);
    assert_eq!((fixture.joined().await, fixture.line().await.numbers.waiting()), (5, 0));
}

async fn a_draw_waits_until_everybody_who_took_a_number_is_seen(fixture: Fixture) {
    fixture.sold_out_in_order(fixture.lottery(&[])).await;
    fixture.join_tier("ada", None).await.expect("open");
    take_a_number_and_crash_in(&fixture, "#-pool").await;
    fixture.advance(HOUR - SECOND);
    fixture.join_tier("bob", None).await.expect("open");
    fixture.advance(SECOND);
    assert_eq!(fixture.draw().await, Progress::NotSettled);
    fixture.advance(29 * SECOND);
    assert_eq!(fixture.draw().await, Progress::Finished);
    assert_eq!((fixture.drawn().await.len(), fixture.joined().await), (2, 2));
    assert_eq!(fixture.line().await.numbers.waiting(), 2);
}

async fn a_draw_of_more_people_than_one_item_holds(fixture: Fixture) {
    fixture.sold_out_in_order(fixture.lottery(&[])).await;
    let count = DrawLists::ENTRANTS_TO_A_PART + 3;
    let names: Vec<String> = (0..count).map(|index| format!("person{index}")).collect();
    for name in &names {
        fixture.join_tier(name, None).await.expect("open");
    }
    fixture.advance(HOUR + 30 * SECOND);
    assert_eq!(fixture.draw().await, Progress::Finished);
    let part = async |part| fixture.result(part).await.expect("drawn").part;
    let lists = [part(0).await.len(), part(1).await.len(), part(2).await.len()];
    assert_eq!(lists, [DrawLists::ENTRANTS_TO_A_PART, 3, 0]);
    let last = part(1).await.pop().expect("three");
    let place = fixture.place_of(&last.entry_id, &names).await;
    assert_eq!(place, Some(Standing::Line(count as u64)));
}

impl Fixture {
    async fn place_of(&self, id: &waitlist_domain::values::identifier::EntryId, names: &[String]) -> Option<Standing> {
        for name in names {
            if self.entry(name).await.entry.id == *id {
                return self.standing(name).await;
            }
        }
        None
    }
}

async fn the_sweep_finds_lines_with_a_draw_that_is_due(fixture: Fixture) {
    fixture.sold_out_in_order(fixture.lottery(&[])).await;
    let examine = async || Sweeps::new(&fixture.table).examine(&line()).await.expect("answers").draw_at;
    let draw_at = fixture.table.now().plus_milliseconds(HOUR);
    assert_eq!(examine().await, Some(draw_at));
    fixture.advance(HOUR);
    assert_eq!(examine().await, Some(draw_at));
    fixture.draw().await;
    assert_eq!(examine().await, None);
}
