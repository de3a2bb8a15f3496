//! The table as its stream tells it. The checks read this, and at the end of a history it is
//! compared with the table.

pub(super) mod code;
pub(super) mod draw;
pub(super) mod entry;
pub(super) mod line;
pub(super) mod sales;
pub(super) mod whole_table;

use std::collections::BTreeMap;

use serde_json::Value;
use waitlist_domain::entry::Status;
use waitlist_domain::line::position_index::{Bitmap, Mark};
use waitlist_tests::StreamRecord;

use self::code::Code;
use self::draw::Draws;
use self::entry::{Due, Entry};
use self::line::{Counts, Line, Numbers, Seats};
use self::sales::{Event, Registration, Release};
use super::image::Image;
use super::violation::Violation;

/// All that the table holds.
#[derive(Debug, Default)]
pub(super) struct Mirror {
    /// Every item, by `pk|sk`.
    pub(super) items: BTreeMap<String, Value>,
    pub(super) event: Option<Event>,
    /// Every version of the event, and the write that made it.
    pub(super) versions: Vec<(u64, Event)>,
    /// How many writes there have been.
    pub(super) writes: u64,
    pub(super) lines: BTreeMap<String, Line>,
    /// Entries by their item's key.
    pub(super) entries: BTreeMap<String, Entry>,
    pub(super) registrations: BTreeMap<String, Registration>,
    pub(super) releases: BTreeMap<String, Release>,
    /// The write that ordered each release.
    ordered_by: BTreeMap<String, u64>,
    /// Access codes by id.
    pub(super) codes: BTreeMap<String, Code>,
    pub(super) draws: Draws,
    /// Messages that were put off and not given back, by their item's key.
    put_off_messages: BTreeMap<String, Due>,
}

/// One item before and after a change.
#[derive(Debug)]
pub(super) enum Change {
    Entry {
        before: Option<Box<Entry>>,
        after: Option<Box<Entry>>,
    },
    Seats {
        line: String,
        before: Option<Seats>,
        after: Option<Seats>,
    },
    Numbers {
        line: String,
        before: Option<Numbers>,
        after: Option<Numbers>,
    },
    Page {
        line: String,
        page: u64,
        before: BTreeMap<Mark, Bitmap>,
        after: BTreeMap<Mark, Bitmap>,
    },
    Counts {
        line: String,
        what: String,
        /// One of each mark that the item counts.
        before: Vec<Counts>,
        after: Vec<Counts>,
    },
    Registration {
        id: String,
        before: Option<Registration>,
        after: Option<Registration>,
    },
    Release {
        id: String,
        before: Option<Release>,
        after: Option<Release>,
    },
    Code {
        before: Option<Code>,
        after: Code,
    },
    Event,
    /// A change of a line's draw.
    Draw {
        line: String,
        step: draw::Step,
    },
    /// API keys, idempotency records, markers of messages, messages that were put off, notes of the sweep, places of persons.
    Other,
}

impl Mirror {
    /// Follows one change of the table.
    pub(super) fn apply(&mut self, record: &StreamRecord) -> Result<Change, Violation> {
        let after = record.new_image().map(Image);
        self.writes = record.write();
        match record.new_image() {
            Some(image) => self.items.insert(record.item().to_owned(), image.clone()),
            None => self.items.remove(record.item()),
        };
        let (pk, sk) = record.item().split_once('|').unwrap_or_default();
        let (kind, name) = pk.split_once('#').unwrap_or_default();
        match kind {
            "CUSTOMER" => self.entry(record.item(), after),
            "SEATS" => {
                let line = self.lines.entry(name.to_owned()).or_default();
                let after = after.map(Seats::read).transpose()?;
                let before = std::mem::replace(&mut line.seats, after.clone());
                Ok(Change::Seats { line: name.to_owned(), before, after })
            }
            "NUMBERS" => {
                let line = self.lines.entry(name.to_owned()).or_default();
                let after = after.map(Numbers::read).transpose()?;
                let before = std::mem::replace(&mut line.numbers, after.clone());
                after.iter().for_each(|after| line.note_issued(before.as_ref(), after, record.write()));
                if after.as_ref().is_some_and(|after| after.is_pool_closed) {
                    line.pool_closed_by.get_or_insert(record.write());
                }
                Ok(Change::Numbers { line: name.to_owned(), before, after })
            }
            "RANK" => self.index(name, sk, after),
            "REGISTRATION" => {
                let after = after.map(Registration::read).transpose()?;
                let before = replace(&mut self.registrations, name, after.clone());
                Ok(Change::Registration { id: name.to_owned(), before, after })
            }
            "RELEASE" => {
                let after = after.map(Release::read).transpose()?;
                self.ordered_by.entry(name.to_owned()).or_insert(record.write());
                let before = replace(&mut self.releases, name, after.clone());
                Ok(Change::Release { id: name.to_owned(), before, after })
            }
            "CODES" if sk == "CODES" => Ok(Change::Other),
            "CODES" => {
                let after = after.ok_or_else(|| Violation::new("no code is deleted", record.item()))?;
                let after = Code::read(after)?;
                let before = self.codes.insert(after.id.clone(), after.clone());
                Ok(Change::Code { before, after })
            }
            "EVENT" => {
                self.event = after.map(Event::read).transpose()?;
                self.versions.extend(self.event.clone().map(|event| (record.write(), event)));
                Ok(Change::Event)
            }
            "DRAW" => {
                let step = after.map(|image| self.draws.note(name, sk, image)).transpose()?;
                Ok(step.map_or(Change::Other, |step| Change::Draw { line: name.to_owned(), step }))
            }
            "PUTOFF" => {
                let after = after.map(Due::read).transpose()?.flatten();
                replace(&mut self.put_off_messages, record.item(), after);
                Ok(Change::Other)
            }
            "IDEMPOTENCY" | "MAILBOX" | "STEERED" | "SENT" | "TOLD" | "UNREACHABLE" | "UNSUBSCRIBE" | "SLOTS"
            | "KEY" | "SEED" | "SOURCE" | "STANDIN" | "PHONE" | "PHONECODE" | "CHALLENGE" | "RETENTION" => {
                Ok(Change::Other)
            }
            _ => Err(Violation::new("every item is of our form", record.item())),
        }
    }

    fn entry(&mut self, key: &str, after: Option<Image<'_>>) -> Result<Change, Violation> {
        if after.is_some_and(|image| image.has("counted") && image.names().count() == 3) {
            // It only closes a place that nobody has had yet.
            return Ok(Change::Other);
        }
        let after = after.map(Entry::read).transpose()?;
        if let Some(entry) = &after {
            let line = self.lines.entry(entry.line.clone()).or_default();
            line.lanes.entry(entry.lane.clone()).or_default().used_numbers.insert(entry.number);
        }
        let before = replace(&mut self.entries, key, after.clone()).map(Box::new);
        if let (Some(before), Some(after)) = (&before, &after)
            && before.id == after.id
            && before.is_unconfirmed()
            && after.confirm_by.is_none()
        {
            let line = self.lines.entry(after.line.clone()).or_default();
            line.confirmed_by.insert(after.place(), self.writes);
        }
        if let (Some(before), Some(after)) = (&before, &after)
            && before.id == after.id
            && (before.quantity, before.minimum) != (after.quantity, after.minimum)
        {
            let line = self.lines.entry(after.line.clone()).or_default();
            line.fewer_by.insert(after.place(), self.writes);
        }
        Ok(Change::Entry { before, after: after.map(Box::new) })
    }

    fn index(&mut self, name: &str, sk: &str, after: Option<Image<'_>>) -> Result<Change, Violation> {
        let malformed = || Violation::new("every item is of our form", format!("RANK#{name} {sk}"));
        let image = after.ok_or_else(|| Violation::new("nothing of the index is deleted", sk))?;
        let lane_begins = name.match_indices('#').nth(1).map(|(at, _)| at);
        let (name, lane) = lane_begins.map_or((name, ""), |at| (&name[..at], &name[at + 1..]));
        let line = self.lines.entry(name.to_owned()).or_default();
        let of_lane = line.lanes.entry(lane.to_owned()).or_default();
        let mut parts = sk.split('#');
        match (parts.next().unwrap_or_default(), parts.next(), parts.next()) {
            ("AUDIT" | "MOVED-UP", None, None) => Ok(Change::Other),
            ("PAGE", Some(page), None) => {
                let page = page.parse().map_err(|_| malformed())?;
                let after: BTreeMap<Mark, Bitmap> =
                    Mark::ALL.into_iter().map(|mark| (mark, image.bitmap(mark_name(mark)))).collect();
                let before = of_lane.pages.insert(page, after.clone()).unwrap_or_default();
                Ok(Change::Page { line: name.to_owned(), page, before, after })
            }
            ("DIRECTORY", Some(mark), Some(directory)) => {
                let directory = directory.parse().map_err(|_| malformed())?;
                let mark = mark_named(mark).ok_or_else(malformed)?;
                let counted = counted_together(mark);
                let (mut before, mut after) = (Vec::new(), Vec::new());
                for &(mark, prefix, total) in counted {
                    let counts = Counts::read(image, prefix, total)?;
                    before.push(of_lane.directories.insert((mark, directory), counts.clone()).unwrap_or_default());
                    after.push(counts);
                }
                Ok(Change::Counts { line: name.to_owned(), what: sk.to_owned(), before, after })
            }
            ("ROOT", Some(mark), None) => {
                let after = Counts::read(image, 'c', "total")?;
                let before = line.roots.insert(mark_named(mark).ok_or_else(malformed)?, after.clone());
                Ok(Change::Counts {
                    line: name.to_owned(),
                    what: sk.to_owned(),
                    before: vec![before.unwrap_or_default()],
                    after: vec![after],
                })
            }
            _ => Err(malformed()),
        }
    }

    /// Whether the event has the ticket type of a line.
    pub(super) fn has_ticket_type(&self, line: &str) -> bool {
        let ticket_type = line.split_once('#').map_or("", |(_, ticket_type)| ticket_type);
        self.event.as_ref().is_some_and(|event| event.ticket_types.iter().any(|id| id == ticket_type))
    }

    /// Whether the line has had its ticket type ever since a write.
    pub(super) fn kept_ticket_type(&self, line: &str, since: u64) -> bool {
        let ticket_type = line.split_once('#').map_or("", |(_, ticket_type)| ticket_type);
        self.rules_since(since).all(|event| event.ticket_types.iter().any(|id| id == ticket_type))
    }

    /// Whether the ticket type of a release was dropped since it was ordered. It may have come
    /// back.
    pub(super) fn has_lost_ticket_type(&self, release: &str, line: &str) -> bool {
        !self.kept_ticket_type(line, self.ordered_by.get(release).copied().unwrap_or_default())
    }

    /// The entries of a line, in no order.
    pub(super) fn entries_of<'mirror>(
        &'mirror self,
        line: &str,
    ) -> impl Iterator<Item = &'mirror Entry> + use<'mirror> {
        let line = line.to_owned();
        self.entries.values().filter(move |entry| entry.line == line)
    }

    /// The rules that held at any moment since the write `since`, the present ones first.
    pub(super) fn rules_since(&self, since: u64) -> impl Iterator<Item = &Event> {
        let later = self.versions.iter().map(|(write, _)| *write).skip(1).chain([u64::MAX]);
        let held = self.versions.iter().zip(later).filter(move |(_, until)| *until > since);
        held.map(|((_, event), _)| event).collect::<Vec<_>>().into_iter().rev()
    }

    /// The waiting entries of a line that are confirmed, in the order in which they are served.
    pub(super) fn in_turn<'mirror>(&'mirror self, line: &str) -> Vec<&'mirror Entry> {
        self.waiting(line).into_iter().filter(|entry| entry.is_in_turn()).collect()
    }

    /// The waiting entries of a line, confirmed or not, in the order in which they are served. If
    /// tiers take turns, they come tier by tier.
    pub(super) fn waiting<'mirror>(&'mirror self, line: &str) -> Vec<&'mirror Entry> {
        let mut waiting: Vec<&Entry> = self.entries_of(line).filter(|entry| entry.status == Status::Waiting).collect();
        let rank = |lane: &str| self.event.as_ref().map_or(0, |event| event.order.rank(lane));
        waiting.sort_by_key(|entry| (rank(&entry.lane), entry.number));
        waiting
    }

    /// Seats of a line's confirmed registrations.
    pub(super) fn sold(&self, line: &str) -> u64 {
        let confirmed = self.registrations.values().filter(|sale| sale.line == line && sale.is_confirmed);
        confirmed.map(|sale| sale.quantity).sum()
    }

    /// The draws to be held before the event begins: their time and line. Their pools are not
    /// empty.
    pub(super) fn draws_to_hold(&self, now: i64) -> impl Iterator<Item = (i64, &str)> {
        let event = self.event.as_ref().filter(|event| now < event.starts_at);
        let draw_at = event.and_then(|event| event.order.draw_at);
        let in_the_pool = |entry: &&Entry| entry.lane == "-pool" && entry.is_in_turn();
        let entries = self.entries.values().filter(in_the_pool);
        draw_at.into_iter().flat_map(move |at| entries.clone().map(move |entry| (at, entry.line.as_str())))
    }

    /// When the time to confirm ends for each entry that is to be confirmed, while its event is
    /// open.
    ///
    /// The sweep looks at a lane in the order of numbers. After a change of the time to confirm an
    /// entry may be found only when an earlier one ends.
    pub(super) fn confirmations(&self, now: i64) -> Vec<(i64, &str)> {
        let event = self.event.as_ref().filter(|event| now < event.starts_at);
        let mut latest: BTreeMap<(&str, &str), i64> = BTreeMap::new();
        let mut found = Vec::new();
        for line in self.lines.keys().filter(|line| event.is_some() && self.has_ticket_type(line)) {
            for entry in self.waiting(line) {
                let Some(confirm_by) = entry.confirm_by else { continue };
                let latest = latest.entry((line, &entry.lane)).or_insert(confirm_by);
                *latest = confirm_by.max(*latest);
                found.push((*latest, entry.id.as_str()));
            }
        }
        let starts_at = event.map_or(i64::MIN, |event| event.starts_at);
        found.into_iter().filter(|(at, _)| *at < starts_at).collect()
    }

    /// Everything in the `due` index: its time and kind.
    pub(super) fn dues(&self) -> impl Iterator<Item = (i64, &str)> {
        let entries = self.entries.iter().filter_map(|(key, entry)| Some((entry.due.as_ref()?.at, key.as_str())));
        let releases = self.releases.iter().filter_map(|(id, release)| Some((release.due.as_ref()?.at, id.as_str())));
        let put_off = self.put_off_messages.iter().map(|(key, due)| (due.at, key.as_str()));
        entries.chain(releases).chain(put_off)
    }
}

/// The marks that a directory item counts, with the beginnings of their counts and their totals.
fn counted_together(mark: Mark) -> &'static [(Mark, char, &'static str)] {
    match mark {
        Mark::Gone => {
            &[(Mark::Gone, 'c', "total"), (Mark::Unconfirmed, 'u', "unconfirmed"), (Mark::Resolved, 'r', "resolved")]
        }
        Mark::Unused => &[(Mark::Unused, 'c', "total")],
        Mark::Found => &[(Mark::Found, 'c', "total")],
        Mark::Claimed => &[(Mark::Claimed, 'c', "total")],
        Mark::Left => &[(Mark::Left, 'c', "total")],
        Mark::Moved => &[(Mark::Moved, 'c', "total")],
        Mark::Unconfirmed | Mark::Resolved => &[],
    }
}

fn replace<T>(items: &mut BTreeMap<String, T>, key: &str, after: Option<T>) -> Option<T> {
    match after {
        Some(after) => items.insert(key.to_owned(), after),
        None => items.remove(key),
    }
}

pub(super) fn mark_name(mark: Mark) -> &'static str {
    match mark {
        Mark::Gone => "gone",
        Mark::Unused => "unused",
        Mark::Found => "found",
        Mark::Claimed => "claimed",
        Mark::Left => "left",
        Mark::Moved => "moved",
        Mark::Unconfirmed => "unconfirmed",
        Mark::Resolved => "resolved",
    }
}

fn mark_named(name: &str) -> Option<Mark> {
    Mark::ALL.into_iter().find(|mark| mark_name(*mark) == name)
}
