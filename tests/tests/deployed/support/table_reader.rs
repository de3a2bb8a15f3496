//! Reads the whole table and tells whether what must never break holds (ARCHITECTURE.md): of one line, from the items
//! alone, knowing nothing of the code that wrote them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use chrono::{DateTime, Utc};
use tokio::sync::Mutex;
use waitlist_tests::{Item, scan_all};

use super::line::{Line, SOON};
use super::statistics::Counts;
use super::waiting::now;

/// Numbers to a page of the position index.
const NUMBERS_PER_PAGE: u64 = 1024;

/// Reads the table.
pub struct TableReader {
    client: Client,
    table: String,
}

/// An entry, as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryRow {
    /// Whose.
    pub customer_id: String,
    /// For whom; empty for themselves.
    pub attendee_id: String,
    /// The entry.
    pub id: String,
    /// Its join number.
    pub number: u64,
    /// Seats it asked for.
    pub quantity: u64,
    /// Its status.
    pub status: String,
    /// When it was last offered seats.
    pub offered_at: Option<DateTime<Utc>>,
    /// That offer's deadline.
    pub expires_at: Option<DateTime<Utc>>,
    /// That offer's seats.
    pub offer_quantity: Option<u64>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// What it was converted into.
    pub registration_id: Option<String>,
    in_line_index: bool,
    in_due_index: bool,
}

/// A sale, as it is stored.
#[derive(Debug, Clone, PartialEq)]
struct RegistrationRow {
    quantity: u64,
    confirmed: bool,
    entry_id: Option<String>,
}

/// All that the table holds of one line.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    fit: Fit,
    seats: BTreeMap<String, u64>,
    active: bool,
    next: u64,
    gone_total: u64,
    open: bool,
    gone: BTreeSet<u64>,
    /// Its entries, by join number.
    pub entries: Vec<EntryRow>,
    registrations: BTreeMap<String, RegistrationRow>,
}

/// What the event does with seats that do not suffice for the head of the line.
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
            // A map with the most passes.
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

/// A value in words, the members of a map in order.
fn described(value: &AttributeValue) -> String {
    match value {
        AttributeValue::M(members) => {
            let members: BTreeMap<&String, String> =
                members.iter().map(|(name, member)| (name, described(member))).collect();
            format!("{members:?}")
        }
        AttributeValue::L(elements) => format!("{:?}", elements.iter().map(described).collect::<Vec<_>>()),
        AttributeValue::S(text) => text.clone(),
        other => format!("{other:?}"),
    }
}

impl TableReader {
    /// Of this table.
    pub fn new(client: &Client, table: &str) -> Self {
        Self { client: client.clone(), table: table.to_owned() }
    }

    /// Every item, by a scan that began after this was asked for. Tests that ask at once share one: reading everything
    /// is dear.
    pub async fn items(&self) -> Arc<Vec<Item>> {
        static LAST: Mutex<Option<(Instant, Arc<Vec<Item>>)>> = Mutex::const_new(None);
        let asked = Instant::now();
        let mut last = LAST.lock().await;
        if let Some((_, items)) = last.as_ref().filter(|(began, _)| *began >= asked) {
            return Arc::clone(items);
        }
        let began = Instant::now();
        // Boxed: the SDK's futures are large, and tests hold many of them.
        let items = Arc::new(Box::pin(scan_all(&self.client, &self.table)).await);
        *last = Some((began, Arc::clone(&items)));
        items
    }

    /// Every item that has this text somewhere, in a key or a value, in an order that is always the same.
    pub async fn items_with(&self, text: &str) -> Vec<String> {
        let described: Vec<String> =
            self.items().await.iter().map(|item| described(&AttributeValue::M(item.clone()))).collect();
        let mut found: Vec<String> = described.into_iter().filter(|item| item.contains(text)).collect();
        found.sort();
        found
    }

    /// What there is of a line now.
    pub async fn line(&self, line: &Line) -> Snapshot {
        let name = format!("{}#{}", line.event_id, line.ticket_type_id);
        Snapshot::of(&self.items().await, &name)
    }

    /// Fails where something that must never break is broken, or something that must come about does not.
    ///
    /// A scan is no snapshot: only what two of them agree on is judged.
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

impl Snapshot {
    fn of(items: &[Item], line: &str) -> Self {
        let at = |pk: String| items.iter().find(move |item| text(item, "pk").as_deref() == Some(&pk));
        let seats = at(format!("SEATS#{line}")).unwrap_or_else(|| panic!("{line} has no seats"));
        let numbers = at(format!("NUMBERS#{line}")).unwrap_or_else(|| panic!("{line} has no numbers"));
        let event = line.split('#').next().unwrap_or_default();
        let event = at(format!("EVENT#{event}")).unwrap_or_else(|| panic!("{line} has no event"));
        let counts = ["capacity", "sold", "held", "free", "offers", "converted", "expired", "declined", "left"];
        let mut entries: Vec<EntryRow> = items.iter().filter_map(|item| entry(item, line)).collect();
        entries.sort_by_key(|entry| entry.number);
        Self {
            fit: Fit::of(event),
            seats: counts.map(|name| (name.to_owned(), count(seats, name))).into(),
            active: flag(seats, "active"),
            next: count(numbers, "next"),
            gone_total: count(numbers, "gone"),
            open: flag(numbers, "open"),
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

    fn waiting(&self) -> impl Iterator<Item = &EntryRow> {
        self.with_status(&["waiting"])
    }

    /// The entry with this id.
    #[track_caller]
    pub fn entry(&self, id: &str) -> &EntryRow {
        self.entries.iter().find(|entry| entry.id == id).unwrap_or_else(|| panic!("the table has no entry {id}"))
    }

    /// What must hold at every moment, and does not.
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
        let ended: u64 = ["converted", "expired", "declined", "left"].map(seats).iter().sum();
        must(seats("offers") == ended + live().count() as u64, "every offer ended, or is live");

        let numbers: BTreeSet<u64> = self.entries.iter().map(|entry| entry.number).collect();
        must(numbers.len() == self.entries.len(), "no number is used twice");
        must(numbers.iter().all(|number| (1..self.next).contains(number)), "every number was handed out");
        let ids: BTreeSet<&String> = self.entries.iter().map(|entry| &entry.id).collect();
        must(ids.len() == self.entries.len(), "every entry has an id of its own");
        must(self.waiting().all(|entry| !self.gone.contains(&entry.number)), "nobody waits with a gone number");
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
        if self.fit != Fit::Skip {
            must(offered().all(|entry| entry.number < first_waiting), "nobody was passed over");
            must(offered().is_sorted_by_key(|entry| entry.offered_at), "seats were offered in the order of joining");
        }
        broken
    }

    /// What must come about by itself, and has not yet.
    fn unfinished(&self, counts: &Counts) -> Vec<String> {
        let mut unfinished = Vec::new();
        let mut must = |holds: bool, rule: &str| {
            if !holds {
                unfinished.push(rule.to_owned());
            }
        };
        let waiting: BTreeSet<u64> = self.waiting().map(|entry| entry.number).collect();
        let standing: BTreeSet<u64> = (1..self.next).filter(|number| !self.gone.contains(number)).collect();
        must(waiting == standing, "the numbers that are not gone are those of the people who wait");
        must(self.gone_total == self.gone.len() as u64, "the gone numbers are counted");
        must(self.next - 1 - self.gone_total == waiting.len() as u64, "position index and entries agree on who waits");

        let fits = self.waiting().next().is_some_and(|head| head.quantity <= self.count("free"));
        must(!fits, "free seats are offered to the head of the line");
        must(!(self.active && self.count("free") > 0 && waiting.is_empty()), "free seats nobody waits for are on sale");
        let overdue = |entry: &&EntryRow| entry.expires_at.is_some_and(|deadline| deadline < now());
        must(self.with_status(&["offered", "claimed"]).find(overdue).is_none(), "no offer outlives its deadline");

        let stored = ["capacity", "sold", "held", "free", "offers", "converted", "expired", "declined"];
        let told = [
            counts.capacity,
            counts.sold,
            counts.held,
            counts.free,
            counts.offers,
            counts.converted,
            counts.expired,
            counts.declined,
        ];
        must(stored.map(|name| self.count(name)) == told, "the statistics tell what is stored");
        must(counts.waiting == waiting.len() as u64, "the statistics tell how many wait");
        must(counts.joined >= self.entries.len() as u64, "the statistics tell how many joined");
        unfinished
    }
}

fn count(item: &Item, name: &str) -> u64 {
    number(item, name).unwrap_or_else(|| panic!("{name} should be a count, not negative, in {item:?}"))
}

fn entry(item: &Item, line: &str) -> Option<EntryRow> {
    let attendee_id = text(item, "sk")?.strip_prefix(&format!("ENTRY#{line}#"))?.to_owned();
    Some(EntryRow {
        customer_id: text(item, "pk")?.strip_prefix("CUSTOMER#")?.to_owned(),
        attendee_id,
        id: text(item, "entry_id").expect("an entry has an id"),
        number: count(item, "number"),
        quantity: count(item, "quantity"),
        status: text(item, "status").expect("an entry has a status"),
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

/// The gone numbers of one page of a line's position index.
fn gone_numbers(item: &Item, line: &str) -> Vec<u64> {
    let page = || -> Option<(u64, Vec<u8>)> {
        if text(item, "pk")? != format!("RANK#{line}") {
            return None;
        }
        let page = text(item, "sk")?.strip_prefix("PAGE#")?.parse().ok()?;
        Some((page, item.get("gone")?.as_b().ok()?.as_ref().to_vec()))
    };
    let Some((page, bytes)) = page() else { return Vec::new() };
    let bits = bytes
        .iter()
        .zip(0u64..)
        .flat_map(|(byte, index)| (0..8u64).filter(move |bit| byte & (1 << bit) != 0).map(move |bit| index * 8 + bit));
    bits.map(|bit| page * NUMBERS_PER_PAGE + bit + 1).collect()
}
