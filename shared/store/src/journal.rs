//! The journal: written by following the table's stream, read by organisers.
//!
//! One item holds what was changed in a line at one moment: the rows of one transaction stand together, and are written
//! together. A row's name is the same however often the stream tells of its change, so it is written once; and where rows
//! count in the line's sums (the funnel), both are written in one transaction, so they are counted once.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use waitlist_domain::Error;
use waitlist_domain::entry::Entry;
use waitlist_domain::funnel::{Funnel, Stage, Wait};
use waitlist_domain::identifier::{EntryId, LineId, PlaceId, TierId};
use waitlist_domain::journal::{Deed, JournalCursor, JournalId, LAST_MOMENT, Row};
use waitlist_domain::listing::Direction;
use waitlist_domain::time::Timestamp;
use waitlist_domain::waiting_times::TimeClass;

use crate::entries::entry_at;
use crate::entry_item::StoredEntry;
use crate::expression::Expression;
use crate::failure::{FailedCondition, Item, TransactionFailure, WriteFailure, update_failure};
use crate::journal_rows::{Journalled, journal_of, message_row};
use crate::key::{Key, journal_moment, journal_partition};
use crate::reading::{Consistency, Wanted, from_item, get, get_all, key_of, malformed, query_all, text, to_attribute};
use crate::table::{Attempts, Table};
use crate::transaction;

/// Most moments of one transaction, so that the sums find room beside them.
const MOST_MOMENTS_AT_ONCE: usize = 90;

/// Most rows of one moment that are written at once: their names' conditions stay below the 4 KB of an expression.
const MOST_ROWS_AT_ONCE: usize = 60;

/// How many journals are read at once.
const MOST_JOURNALS_AT_ONCE: usize = 8;

/// Most moments that are looked at to find where an offer's seats came from.
const MOST_LOOKED_BACK: usize = 50;

/// The rows of one moment, by name.
type Moment = BTreeMap<String, Row>;

/// Keeping the journals.
#[derive(Debug, Clone)]
pub struct JournalKeeping {
    table: Table,
}

impl JournalKeeping {
    /// Over `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// Writes the rows that are not there yet, and counts them.
    pub async fn keep(&self, journalled: Vec<Journalled>) -> Result<(), Error> {
        let mut journals: BTreeMap<JournalId, BTreeMap<Timestamp, Moment>> = BTreeMap::new();
        for Journalled { journal, row, joined } in journalled {
            if let (Some(key), Some(id)) = (joined, row.entry_id()) {
                self.note_whereabouts(id, &key).await?;
            }
            journals.entry(journal).or_default().entry(row.at).or_default().insert(row.name(), row);
        }
        for (journal, moments) in journals {
            for chunk in chunks(moments) {
                Box::pin(self.write(&journal, chunk)).await?;
            }
        }
        Ok(())
    }

    /// Where an entry is found by its id alone.
    async fn note_whereabouts(&self, id: &EntryId, key: &Key) -> Result<(), Error> {
        let noted = Expression::new().set("entry_pk", key.pk.as_str()).set("entry_sk", key.sk.as_str());
        self.update("noting where an entry stands", noted, Key::whereabouts(id)).await
    }

    async fn write(&self, journal: &JournalId, mut moments: BTreeMap<Timestamp, Moment>) -> Result<(), Error> {
        const CONTEXT: &str = "writing the journal";
        let line = journal.ticket_type_id.clone();
        let line = line.map(|ticket_type_id| LineId { event_id: journal.event_id.clone(), ticket_type_id });
        let mut attempts = Attempts::of_merging(&self.table);
        loop {
            let sums = sums(&moments);
            let Some(line) = line.as_ref().filter(|_| sums != Funnel::default()) else {
                return self.write_uncounted(journal, &moments).await;
            };
            let rows = moments.iter().map(|(at, rows)| {
                let key = Key::journal(journal, *at);
                Ok(written(rows, true)?.in_transaction(&self.table, key))
            });
            let mut items: Vec<TransactWriteItem> = rows.collect::<Result<_, Error>>()?;
            items.push(added(&sums).in_transaction(&self.table, Key::funnel(line)));
            match transaction::write(&self.table, CONTEXT, items).await {
                Ok(()) => return Ok(()),
                Err(TransactionFailure::Conditions(failed)) => forget_known(&mut moments, &failed),
                Err(TransactionFailure::Conflict) => {}
                Err(TransactionFailure::Other(error)) => return Err(error),
            }
            if !attempts.another().await {
                return Err(Error::Busy { context: CONTEXT });
            }
        }
    }

    /// Rows that count in no sum are simply written again.
    async fn write_uncounted(&self, journal: &JournalId, moments: &BTreeMap<Timestamp, Moment>) -> Result<(), Error> {
        for (at, rows) in moments {
            self.update("writing the journal", written(rows, false)?, Key::journal(journal, *at)).await?;
        }
        Ok(())
    }

    async fn update(&self, context: &'static str, expression: Expression, key: Key) -> Result<(), Error> {
        let mut attempts = Attempts::of_merging(&self.table);
        let request = expression.update(&self.table, key);
        loop {
            match request.clone().send().await.map_err(|error| update_failure(context, error)) {
                Ok(_) => return Ok(()),
                // No condition is set.
                Err(WriteFailure::Condition(_) | WriteFailure::Conflict) => {}
                Err(WriteFailure::Other(error)) => return Err(error),
            }
            if !attempts.another().await {
                return Err(Error::Busy { context });
            }
        }
    }
}

/// What one write takes at a time.
fn chunks(moments: BTreeMap<Timestamp, Moment>) -> Vec<BTreeMap<Timestamp, Moment>> {
    let mut chunks: Vec<BTreeMap<Timestamp, Moment>> = Vec::new();
    for (at, rows) in moments {
        let mut rows: Vec<(String, Row)> = rows.into_iter().collect();
        while !rows.is_empty() {
            let rest = rows.split_off(rows.len().min(MOST_ROWS_AT_ONCE));
            let part: Moment = std::mem::replace(&mut rows, rest).into_iter().collect();
            match chunks.last_mut() {
                Some(chunk) if chunk.len() < MOST_MOMENTS_AT_ONCE && !chunk.contains_key(&at) => {
                    chunk.insert(at, part);
                }
                _ => chunks.push(BTreeMap::from([(at, part)])),
            }
        }
    }
    chunks
}

fn sums(moments: &BTreeMap<Timestamp, Moment>) -> Funnel {
    let mut funnel = Funnel::default();
    moments.values().flat_map(BTreeMap::values).for_each(|row| funnel.count(row));
    funnel
}

/// Writes rows; where they are `counted`, under the condition that none of them is there.
fn written(rows: &Moment, counted: bool) -> Result<Expression, Error> {
    let mut expression = Expression::new();
    for (name, row) in rows {
        expression = expression.set(name, to_attribute(row)?);
        if counted {
            expression = expression.when_absent(name);
        }
    }
    Ok(expression)
}

/// Leaves out the rows that are there already. What stands in an item is all that is read of it.
fn forget_known(moments: &mut BTreeMap<Timestamp, Moment>, failed: &[Option<FailedCondition>]) {
    for ((_, rows), failure) in moments.iter_mut().zip(failed) {
        let Some(item) = failure.as_ref().and_then(|failure| failure.item.as_ref()) else { continue };
        rows.retain(|name, _| !item.contains_key(name));
    }
    moments.retain(|_, rows| !rows.is_empty());
}

/// Adds to the sums of a line.
fn added(sums: &Funnel) -> Expression {
    let mut expression = Expression::new();
    for (tier, stages) in &sums.stages {
        for (stage, count) in stages {
            expression = expression.increase(&stage_name(*stage, tier.as_ref()), *count);
        }
    }
    for (wait, times) in &sums.waits {
        for (class, count) in times.classes() {
            expression = expression.increase(&format!("{}#{}", wait.as_str(), class.index()), *count);
        }
    }
    let seats_and_messages = [
        (SEATS_REFILLED, sums.seats_refilled),
        (MESSAGES_SENT, sums.messages_sent),
        (MESSAGES_FAILED, sums.messages_failed),
        (MESSAGES_WITHHELD, sums.messages_withheld),
    ];
    for (name, count) in seats_and_messages.into_iter().filter(|(_, count)| *count > 0) {
        expression = expression.increase(name, count);
    }
    expression
}

const SEATS_REFILLED: &str = "seats_refilled";
const MESSAGES_SENT: &str = "messages_sent";
const MESSAGES_FAILED: &str = "messages_failed";
const MESSAGES_WITHHELD: &str = "messages_withheld";

fn stage_name(stage: Stage, tier: Option<&TierId>) -> String {
    format!("{}#{}", stage.as_str(), tier.map_or("", TierId::as_str))
}

/// Reads the sums of a line; of a line in which nothing has happened there are none.
pub(crate) fn funnel_from(item: Option<&Item>) -> Result<Funnel, Error> {
    let mut funnel = Funnel::default();
    for (name, value) in item.into_iter().flatten() {
        let Some(count) = value.as_n().ok().and_then(|digits| digits.parse::<u64>().ok()) else { continue };
        match name.as_str() {
            SEATS_REFILLED => funnel.seats_refilled = count,
            MESSAGES_SENT => funnel.messages_sent = count,
            MESSAGES_FAILED => funnel.messages_failed = count,
            MESSAGES_WITHHELD => funnel.messages_withheld = count,
            name => {
                let (what, of) = name.split_once('#').ok_or_else(|| malformed("a sum"))?;
                if let Some(stage) = Stage::ALL.into_iter().find(|stage| stage.as_str() == what) {
                    let tier =
                        if of.is_empty() { None } else { Some(TierId::parse(of).map_err(|_| malformed("a tier"))?) };
                    funnel.stages.entry(tier).or_default().insert(stage, count);
                } else if let Some(wait) = Wait::ALL.into_iter().find(|wait| wait.as_str() == what) {
                    let class = of.parse().ok().and_then(TimeClass::from_index).ok_or_else(|| malformed("a time"))?;
                    funnel.waits.entry(wait).or_default().count(class, count);
                }
            }
        }
    }
    Ok(funnel)
}

/// A page of journals.
#[derive(Debug)]
pub struct JournalPage {
    /// The rows, each with its journal, by moment; of one moment in the order in which one follows from another.
    pub rows: Vec<(JournalId, Row)>,
    /// Where the next page begins; none behind the last.
    pub next: Option<JournalCursor>,
}

/// Reading the journals.
#[derive(Debug, Clone)]
pub struct JournalReading {
    table: Table,
}

impl JournalReading {
    /// Over `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// About `most` rows of these journals, merged. The rows of one moment are not torn apart, so there may be more.
    pub async fn page(
        &self,
        journals: &[JournalId],
        after: Option<&JournalCursor>,
        direction: Direction,
        most: usize,
    ) -> Result<JournalPage, Error> {
        let read: Vec<Vec<(JournalCursor, JournalId, Vec<Row>)>> = stream::iter(journals)
            .map(|journal| async move {
                let moments = self.moments(journal, after, direction, most).await?;
                Ok::<_, Error>(of_journal(journal, moments))
            })
            .buffered(MOST_JOURNALS_AT_ONCE)
            .try_collect()
            .await?;
        let is_cut = read.iter().any(|moments| moments.len() == most);
        let mut moments: Vec<_> = read.into_iter().flatten().collect();
        moments.sort_by(|(a, ..), (b, ..)| (a.at, &a.ticket_type_id).cmp(&(b.at, &b.ticket_type_id)));
        if direction == Direction::NewestFirst {
            moments.reverse();
        }
        let (mut rows, mut last, mut taken) = (Vec::new(), None, 0);
        let in_all = moments.len();
        for (cursor, journal, mut of_moment) in moments {
            if rows.len() >= most {
                break;
            }
            if direction == Direction::NewestFirst {
                of_moment.reverse();
            }
            rows.extend(of_moment.into_iter().map(|row| (journal.clone(), row)));
            (last, taken) = (Some(cursor), taken + 1);
        }
        Ok(JournalPage { rows, next: last.filter(|_| is_cut || taken < in_all) })
    }

    /// At most `most` moments of a journal.
    async fn moments(
        &self,
        journal: &JournalId,
        after: Option<&JournalCursor>,
        direction: Direction,
        most: usize,
    ) -> Result<Vec<(Timestamp, Vec<Row>)>, Error> {
        let (first, last) = bounds(journal, after, direction);
        self.query(journal, first, last, direction, most).await
    }

    async fn query(
        &self,
        journal: &JournalId,
        first: i64,
        last: i64,
        direction: Direction,
        most: usize,
    ) -> Result<Vec<(Timestamp, Vec<Row>)>, Error> {
        if first > last {
            return Ok(Vec::new());
        }
        let moment = |milliseconds| AttributeValue::S(journal_moment(Timestamp::from_milliseconds(milliseconds)));
        let query = self
            .table
            .client
            .query()
            .table_name(&self.table.name)
            .key_condition_expression("pk = :journal AND sk BETWEEN :first AND :last")
            .expression_attribute_values(":journal", AttributeValue::S(journal_partition(journal)))
            .expression_attribute_values(":first", moment(first))
            .expression_attribute_values(":last", moment(last))
            .scan_index_forward(direction == Direction::OldestFirst);
        let items = query_all(query, Wanted::First(most), "reading a journal").await?;
        items.into_iter().map(moment_from).collect()
    }

    /// The entry with this id, wherever it stands; nothing where there is none, or its person has joined again.
    pub async fn entry(&self, id: &EntryId) -> Result<Option<StoredEntry>, Error> {
        let Some(noted) = get(&self.table, Key::whereabouts(id)).await? else { return Ok(None) };
        let key = Key { pk: text(&noted, "entry_pk")?.to_owned(), sk: text(&noted, "entry_sk")?.to_owned() };
        let place: PlaceId = key.to_place().ok_or_else(|| malformed("entry_pk"))?;
        Ok(entry_at(&self.table, &place).await?.filter(|stored| stored.entry.id == *id))
    }

    /// All that was done to an entry, in order, and what its customer was told. What was done within the last moments may be
    /// missing.
    pub async fn history(&self, stored: &StoredEntry) -> Result<Vec<Row>, Error> {
        let journal = journal_of(&stored.entry.place.line);
        let keys = stored.moments.iter().map(|at| Key::journal(&journal, *at));
        let found = get_all(&self.table, keys, Consistency::Eventual).await?;
        let mut rows = Vec::new();
        for item in found.into_values() {
            rows.extend(moment_from(item)?.1.into_iter().filter(|row| row.entry_id() == Some(&stored.entry.id)));
        }
        rows.sort_by_key(|row| row.step);
        rows.retain(|row| !matches!(row.deed, Deed::Message(_)));
        let messages = self.messages(&stored.entry).await?;
        Ok(merged(rows, messages))
    }

    async fn messages(&self, entry: &Entry) -> Result<Vec<Row>, Error> {
        let query = self
            .table
            .client
            .query()
            .table_name(&self.table.name)
            .key_condition_expression("pk = :sent")
            .expression_attribute_values(":sent", AttributeValue::S(format!("SENT#{}", entry.id)));
        let mut rows = Vec::new();
        for marker in query_all(query, Wanted::All, "reading what a customer was told").await? {
            rows.extend(message_row(&key_of(&marker)?, &marker)?);
        }
        rows.sort_by_key(|row| row.at);
        Ok(rows)
    }

    /// What was changed in a line at this moment and before it, the newest first, as far back as it is worth looking.
    pub async fn looking_back(&self, line: &LineId, from: Timestamp) -> Result<Vec<Row>, Error> {
        let journal = journal_of(line);
        let moments = self.query(&journal, 0, from.milliseconds(), Direction::NewestFirst, MOST_LOOKED_BACK).await?;
        Ok(moments.into_iter().flat_map(|(_, rows)| rows.into_iter().rev()).collect())
    }
}

fn of_journal(journal: &JournalId, moments: Vec<(Timestamp, Vec<Row>)>) -> Vec<(JournalCursor, JournalId, Vec<Row>)> {
    let cursor = |at| JournalCursor { at, ticket_type_id: journal.ticket_type_id.clone() };
    moments.into_iter().map(|(at, rows)| (cursor(at), journal.clone(), rows)).collect()
}

/// The first and the last moment of a journal behind the cursor: of one moment the journals come by ticket type.
fn bounds(journal: &JournalId, after: Option<&JournalCursor>, direction: Direction) -> (i64, i64) {
    let Some(JournalCursor { at, ticket_type_id }) = after else { return (0, LAST_MOMENT) };
    let at = at.milliseconds();
    match direction {
        Direction::OldestFirst if journal.ticket_type_id <= *ticket_type_id => (at + 1, LAST_MOMENT),
        Direction::OldestFirst => (at, LAST_MOMENT),
        Direction::NewestFirst if journal.ticket_type_id >= *ticket_type_id => (0, at - 1),
        Direction::NewestFirst => (0, at),
    }
}

fn moment_from(mut item: Item) -> Result<(Timestamp, Vec<Row>), Error> {
    let key = key_of(&item)?;
    let at = key.sk.parse().map(Timestamp::from_milliseconds).map_err(|_| malformed("sk"))?;
    for part in ["pk", "sk"] {
        item.remove(part);
    }
    let rows: HashMap<String, Row> = from_item(item)?;
    let mut rows: Vec<Row> = rows.into_values().collect();
    rows.sort_by_key(|row| (row.rank(), row.name()));
    Ok((at, rows))
}

/// Two histories in one, by time.
fn merged(rows: Vec<Row>, others: Vec<Row>) -> Vec<Row> {
    let mut merged = Vec::with_capacity(rows.len() + others.len());
    let mut others = others.into_iter().peekable();
    for row in rows {
        while let Some(other) = others.next_if(|other| other.at < row.at) {
            merged.push(other);
        }
        merged.push(row);
    }
    merged.extend(others);
    merged
}
