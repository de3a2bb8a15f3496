//! Everything in the table about one line, and its invariants (ARCHITECTURE.md).
//!
//! It knows only the items, not the code that wrote them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use waitlist_tests::Item;

use super::line::{Line, SOON};
use super::statistics::Counts;
use super::table_reader::TableReader;
use super::waiting::now;

/// The numbers on a page of the position index.
const NUMBERS_PER_PAGE: u64 = 1024;

/// A stored entry.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryRow {
    pub customer_id: String,
    /// The attendee; empty for the customers themselves.
    pub attendee_id: String,
    pub id: String,
    /// The lane; empty for the common one.
    pub lane: String,
    /// The number in the lane.
    pub number: u64,
    /// The wanted seats.
    pub quantity: u64,
    pub status: String,
    /// Whether its address is confirmed.
    pub confirmed: bool,
    /// The time of the last offer.
    pub offered_at: Option<DateTime<Utc>>,
    /// The deadline of the last offer.
    pub expires_at: Option<DateTime<Utc>>,
    /// The seats of the last offer.
    pub offer_quantity: Option<u64>,
    pub ended_at: Option<DateTime<Utc>>,
    /// The registration that it was converted into.
    pub registration_id: Option<String>,
    in_line_index: bool,
    in_due_index: bool,
}

/// A stored registration.
#[derive(Debug, Clone, PartialEq)]
struct RegistrationRow {
    quantity: u64,
    confirmed: bool,
    entry_id: Option<String>,
}

/// Everything in the table about one line.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    fit: Fit,
    seats: BTreeMap<String, u64>,
    active: bool,
    next: u64,
    /// Whether anybody ever joined who had to confirm.
    had_unconfirmed: bool,
    gone_total: u64,
    open: bool,
    /// The last number handed out in each lane.
    issued: BTreeMap<String, u64>,
    /// Gone numbers, each with its lane.
    gone: BTreeSet<(String, u64)>,
    /// The entries, by lane and number.
    pub entries: Vec<EntryRow>,
    registrations: BTreeMap<String, RegistrationRow>,
}

/// The event's rule for seats that don't suffice for the head of the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    Strict,
    Skip,
    Partial,
}

impl Fit {
    fn of(event: &Item) -> Self {
        let rules = event.get("event").and_then(|event| event.as_m().ok()?.get("rules")?.as_m().ok());
        match text(rules.expect("an event has rules"), "fit").as_deref() {
            Some("strict") => Self::Strict,
            Some("partial") => Self::Partial,
            // A map that holds the most passes.
            _ => Self::Skip,
        }
    }
}

fn text(item: &Item, name: &str) -> Option<String> {
    item.get(name).and_then(|value| value.as_s().ok()).cloned()
}

fn number(item: &Item, name: &str) -> Option<u64> {
    item.get(name).and_then(|value| value.as_n().ok()).and_then(|digits| digits.parse().ok())
}

fn time(item: &Item, name: &str) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(i64::try_from(number(item, name)?).ok()?)
}

fn flag(item: &Item, name: &str) -> bool {
    item.get(name).and_then(|value| value.as_bool().ok()).copied().unwrap_or_default()
}

impl Line {
    /// Checks the invariants of this line in the table.
    pub async fn holds_together(&self) {
        self.stack.table().check(self).await;
    }
}

impl TableReader {
    /// Everything about a line, now.
    pub async fn line(&self, line: &Line) -> Snapshot {
        let name = format!("{}#{}", line.event_id, line.ticket_type_id);
        Snapshot::of(&self.items().await, &name)
    }

    /// Checks the invariants of a line, and what must follow in time.
    ///
    /// A scan is no snapshot. It counts if the next one shows the same.
    pub async fn check(&self, line: &Line) {
        let give_up = Instant::now() + SOON;
        let mut before = self.line(line).await;
        loop {
            let counts = line.counts().await;
            let unfinished = before.unfinished(&counts);
            if unfinished.is_empty() || Instant::now() > give_up {
                let after = self.line(line).await;
                let at_rest = before == after;
                let broken = if at_rest { after.broken() } else { Vec::new() };
                assert!(broken.is_empty(), "broken in {}:\n{}\n{after:#?}", line.event_id, broken.join("\n"));
                if at_rest && unfinished.is_empty() {
                    return;
                }
                let open = unfinished.join("\n");
                assert!(Instant::now() < give_up, "{} does not come to rest:\n{open}\n{after:#?}", line.event_id);
                before = after;
            } else {
                tokio::time::sleep(Duration::from_millis(300)).await;
                before = self.line(line).await;
            }
        }
    }
}

impl EntryRow {
    /// The lane, and the number in it.
    fn place(&self) -> (String, u64) {
        (self.lane.clone(), self.number)
    }
}

impl Snapshot {
    fn issued_in(&self, lane: &str) -> u64 {
        self.issued.get(lane).copied().unwrap_or(0)
    }

    fn of(items: &[Item], line: &str) -> Self {
        let at = |pk: String| items.iter().find(move |item| text(item, "pk").as_deref() == Some(&pk));
        let seats = at(format!("SEATS#{line}")).unwrap_or_else(|| panic!("{line} has no seats"));
        let numbers = at(format!("NUMBERS#{line}")).unwrap_or_else(|| panic!("{line} has no numbers"));
        let event = line.split('#').next().unwrap_or_default();
        let event = at(format!("EVENT#{event}")).unwrap_or_else(|| panic!("{line} has no event"));
        let counts = ["capacity", "sold", "held", "free", "offers", "converted", "expired", "declined", "left"];
        let withdrawn = number(seats, "withdrawn").unwrap_or(0);
        let mut entries: Vec<EntryRow> = items.iter().filter_map(|item| entry(item, line)).collect();
        entries.sort_by_key(EntryRow::place);
        Self {
            fit: Fit::of(event),
            seats: counts
                .map(|name| (name.to_owned(), count(seats, name)))
                .into_iter()
                .chain([("withdrawn".to_owned(), withdrawn)])
                .collect(),
            active: flag(seats, "active"),
            next: count(numbers, "next"),
            had_unconfirmed: count(numbers, "unconfirmed") > 0,
            gone_total: count(numbers, "gone"),
            open: flag(numbers, "open"),
            issued: numbers.keys().filter_map(|name| Some((lane_of(name, "issued")?, count(numbers, name)))).collect(),
            gone: items.iter().flat_map(|item| gone_numbers(item, line)).collect(),
            entries,
            registrations: items.iter().filter_map(|item| registration(item, line)).collect(),
        }
    }

    fn count(&self, name: &str) -> u64 {
        self.seats[name]
    }

    fn with_status(&self, statuses: &[&str]) -> impl Iterator<Item = &EntryRow> {
        self.entries.iter().filter(move |entry| statuses.contains(&entry.status.as_str()))
    }

    fn standing(&self) -> impl Iterator<Item = &EntryRow> {
        self.with_status(&["waiting"])
    }

    /// The entries that have a claim: those that are confirmed.
    fn waiting(&self) -> impl Iterator<Item = &EntryRow> {
        self.standing().filter(|entry| entry.confirmed)
    }

    /// The entry with this id.
    #[track_caller]
    pub fn entry(&self, id: &str) -> &EntryRow {
        self.entries.iter().find(|entry| entry.id == id).unwrap_or_else(|| panic!("the table has no entry {id}"))
    }

    /// The broken invariants.
    fn broken(&self) -> Vec<String> {
        let mut broken = Vec::new();
        let mut must = |holds: bool, rule: &str| {
            if !holds {
                broken.push(rule.to_owned());
            }
        };
        let seats = |name| self.count(name);
        let live = || self.with_status(&["offered", "claimed"]);
        let confirmed = self.registrations.values().filter(|row| row.confirmed).map(|row| row.quantity);
        let held = live().map(|entry| entry.offer_quantity.unwrap_or(entry.quantity));

        must(seats("capacity") == seats("sold") + seats("held") + seats("free"), "capacity = sold + held + free");
        must(seats("sold") == confirmed.sum::<u64>(), "sold = the seats of the confirmed registrations");
        must(seats("held") == held.sum::<u64>(), "held = the seats of the live offers");
        let ended: u64 = ["converted", "expired", "declined", "left", "withdrawn"].map(seats).iter().sum();
        must(seats("offers") == ended + live().count() as u64, "every offer ended, or is live");

        let places: BTreeSet<(String, u64)> = self.entries.iter().map(EntryRow::place).collect();
        must(places.len() == self.entries.len(), "no number is used twice");
        let is_issued = |(lane, number): &(String, u64)| (1..=self.issued_in(lane)).contains(number);
        must(places.iter().all(is_issued), "every number was handed out");
        must(self.next - 1 == self.issued.values().sum::<u64>(), "the numbers of a line are those of its lanes");
        let ids: BTreeSet<&String> = self.entries.iter().map(|entry| &entry.id).collect();
        must(ids.len() == self.entries.len(), "every entry has an id of its own");
        must(self.standing().all(|entry| !self.gone.contains(&entry.place())), "nobody waits with a gone number");
        must(self.active || self.waiting().count() == 0, "nobody waits while seats are on sale");
        must(self.active == self.open, "numbers are handed out just while the waitlist is active");

        for entry in &self.entries {
            let holds = entry.status == "offered" || entry.status == "claimed";
            must(entry.in_line_index, "every entry stands in the line index");
            must(entry.in_due_index == holds, "just live offers stand in the due index");
            let offered = entry.offer_quantity.unwrap_or(entry.quantity);
            let suits = offered == entry.quantity || (self.fit == Fit::Partial && offered < entry.quantity);
            must(!holds || suits, "an offer is for the seats asked for");
            let sold = entry.registration_id.as_ref().map(|id| self.registrations.get(id));
            let matches =
                |row: &RegistrationRow| row.quantity == offered && row.entry_id.as_deref() == Some(entry.id.as_str());
            let is_right = match (entry.status.as_str(), sold) {
                ("converted", Some(Some(row))) => matches(row),
                ("converted", _) => false,
                (_, sold) => sold.is_none(),
            };
            must(is_right, "just converted entries have a registration, for the same seats");
        }

        let first_waiting = self.waiting().map(|entry| entry.number).min().unwrap_or(u64::MAX);
        let offered = || self.entries.iter().filter(|entry| entry.offered_at.is_some());
        // With several lanes, tests check the order themselves.
        if self.fit != Fit::Skip && self.entries.iter().all(|entry| entry.lane.is_empty()) {
            must(offered().all(|entry| entry.number < first_waiting), "nobody was passed over");
            let in_order = offered().is_sorted_by_key(|entry| entry.offered_at);
            must(self.had_unconfirmed || in_order, "seats were offered in the order of joining");
        }
        broken
    }

    /// What must follow by itself and has not yet.
    fn unfinished(&self, counts: &Counts) -> Vec<String> {
        let mut unfinished = Vec::new();
        let mut must = |holds: bool, rule: &str| {
            if !holds {
                unfinished.push(rule.to_owned());
            }
        };
        let waiting = self.waiting().count() as u64;
        let in_line: BTreeSet<(String, u64)> = self.standing().map(EntryRow::place).collect();
        let issued = self.issued.iter().flat_map(|(lane, last)| (1..=*last).map(move |number| (lane.clone(), number)));
        let standing: BTreeSet<(String, u64)> = issued.filter(|place| !self.gone.contains(place)).collect();
        must(in_line == standing, "the numbers that are not gone are those of the people who wait");
        must(self.gone_total == self.gone.len() as u64, "the gone numbers are counted");
        must(self.next - 1 - self.gone_total == in_line.len() as u64, "position index and entries agree on who waits");

        let in_one_lane = self.waiting().all(|entry| entry.lane.is_empty());
        let fits = in_one_lane && self.waiting().next().is_some_and(|head| head.quantity <= self.count("free"));
        must(!fits, "free seats are offered to the head of the line");
        must(!(self.active && self.count("free") > 0 && waiting == 0), "free seats nobody waits for are on sale");
        let overdue = |entry: &&EntryRow| entry.expires_at.is_some_and(|deadline| deadline < now());
        must(self.with_status(&["offered", "claimed"]).find(overdue).is_none(), "no offer outlives its deadline");

        let stored = ["capacity", "sold", "held", "free", "offers", "converted", "expired", "declined", "withdrawn"];
        let told = [
            counts.capacity,
            counts.sold,
            counts.held,
            counts.free,
            counts.offers,
            counts.converted,
            counts.expired,
            counts.declined,
            counts.withdrawn,
        ];
        must(stored.map(|name| self.count(name)) == told, "the statistics tell what is stored");
        must(counts.waiting == waiting, "the statistics tell how many wait");
        must(counts.joined >= self.entries.len() as u64, "the statistics tell how many joined");
        unfinished
    }
}

fn count(item: &Item, name: &str) -> u64 {
    number(item, name).unwrap_or_else(|| panic!("{name} should be a count, not negative, in {item:?}"))
}

fn entry(item: &Item, line: &str) -> Option<EntryRow> {
    let sort_key = text(item, "sk")?;
    let (_tag, place) = sort_key.strip_prefix("ENTRY#")?.split_once('#')?;
    let attendee_id = place.strip_prefix(&format!("{line}#"))?.to_owned();
    // An item without an entry closes a place that nobody has had yet.
    let id =
        text(item, "entry_id").or_else(|| (!item.contains_key("counted")).then(|| panic!("an entry has an id")))?;
    Some(EntryRow {
        customer_id: text(item, "pk")?.strip_prefix("CUSTOMER#")?.to_owned(),
        attendee_id,
        id,
        lane: text(item, "lane").unwrap_or_default(),
        number: count(item, "number"),
        quantity: count(item, "quantity"),
        status: text(item, "status").expect("an entry has a status"),
        confirmed: !item.contains_key("confirm_by"),
        offered_at: time(item, "offered_at"),
        expires_at: time(item, "expires_at"),
        offer_quantity: number(item, "offer_quantity"),
        ended_at: time(item, "ended_at"),
        registration_id: text(item, "registration_id"),
        in_line_index: item.contains_key("line") && item.contains_key("order"),
        in_due_index: item.contains_key("due_shard") && item.contains_key("due_at"),
    })
}

fn registration(item: &Item, line: &str) -> Option<(String, RegistrationRow)> {
    let id = text(item, "pk")?.strip_prefix("REGISTRATION#")?.to_owned();
    let sale = item.get("registration")?.as_m().ok()?;
    let of = sale.get("line")?.as_m().ok()?;
    let name = format!("{}#{}", text(of, "event_id")?, text(of, "ticket_type_id")?);
    let row = RegistrationRow {
        quantity: count(sale, "quantity"),
        confirmed: text(item, "status")? == "confirmed",
        entry_id: text(sale, "entry_id"),
    };
    (name == line).then_some((id, row))
}

/// The lane in the name of an attribute or key of this kind.
fn lane_of(name: &str, kind: &str) -> Option<String> {
    match name.strip_prefix(kind)? {
        "" => Some(String::new()),
        lane => lane.strip_prefix('#').map(str::to_owned),
    }
}

/// The gone numbers of one page of a line's position index, each with its lane.
fn gone_numbers(item: &Item, line: &str) -> Vec<(String, u64)> {
    let page = || -> Option<(String, u64, Vec<u8>)> {
        let lane = lane_of(&text(item, "pk")?, &format!("RANK#{line}"))?;
        let page = text(item, "sk")?.strip_prefix("PAGE#")?.parse().ok()?;
        Some((lane, page, item.get("gone")?.as_b().ok()?.as_ref().to_vec()))
    };
    let Some((lane, page, bytes)) = page() else { return Vec::new() };
    let bits = bytes
        .iter()
        .zip(0u64..)
        .flat_map(|(byte, index)| (0..8u64).filter(move |bit| byte & (1 << bit) != 0).map(move |bit| index * 8 + bit));
    bits.map(|bit| (lane.clone(), page * NUMBERS_PER_PAGE + bit + 1)).collect()
}
