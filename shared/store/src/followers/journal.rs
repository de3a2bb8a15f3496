//! The journal: a follower of the table's stream writes it, and organisers read it.
//!
//! One item holds all rows of a line with the same time. So the rows of a transaction are written
//! together.
//!
//! A row has the same name each time that the stream delivers its change, so it is written once.
//! The line's sums remember the names of new rows, so it is counted once (`funnel_item`).

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use waitlist_domain::Error;
use waitlist_domain::entry::Entry;
use waitlist_domain::entry::listing::Direction;
use waitlist_domain::history::funnel::Funnel;
use waitlist_domain::history::journal::{Deed, JournalCursor, JournalId, LAST_MOMENT, Row};
use waitlist_domain::values::identifier::{EntryId, LineId};
use waitlist_domain::values::time::Timestamp;

use crate::dynamo::expression::Expression;
use crate::dynamo::failure::is_permanent;
use crate::dynamo::item::{Item, from_item, malformed, to_attribute};
use crate::dynamo::key::key_of;
use crate::dynamo::reading::{Consistency, Wanted, get, get_all, query_all};
use crate::dynamo::retry::{Attempt, RetryBudget, retry};
use crate::dynamo::writing::{Written, send_update};
use crate::followers::journal_rows::{Journalled, journal_of, message_row};
use crate::items::entry_item::StoredEntry;
use crate::items::funnel_item::{RowName, StoredSums};
use crate::items::key::{Key, journal_moment, journal_partition};
use crate::items::table::Table;
use crate::queries::entries::{entry_at, whereabouts};

/// Most rows that are counted at once: as many as the stream delivers at once. Their names stay
/// with the sums for a while.
const MOST_ROWS_AT_ONCE: usize = 200;

/// Most rows with the same time that one request writes. So it stays well below the 4 KB limit of
/// an expression.
const MOST_ROWS_OF_A_MOMENT: usize = 120;

/// How many items are written concurrently.
const MOST_WRITES_AT_ONCE: usize = 16;

/// How many journals are read concurrently.
const MOST_JOURNALS_AT_ONCE: usize = 8;

/// How many times of changes a search for the source of an offer's seats reads.
const MOST_LOOKED_BACK: usize = 50;

/// The rows with the same time, by name.
type Moment = BTreeMap<String, Row>;

/// Writes the journals.
#[derive(Debug, Clone)]
pub struct JournalKeeping {
    table: Table,
}

impl JournalKeeping {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// Writes the rows that are not stored yet, and counts them.
    pub async fn keep(&self, journalled: Vec<Journalled>) -> Result<(), Error> {
        let places = journalled.iter().filter_map(|row| row.joined.as_ref().zip(row.row.entry_id()));
        let noted = places.map(|(key, id)| self.note_whereabouts(id, key));
        stream::iter(noted).buffer_unordered(MOST_WRITES_AT_ONCE).try_collect::<Vec<()>>().await?;
        let mut journals: BTreeMap<JournalId, BTreeMap<Timestamp, Moment>> = BTreeMap::new();
        for Journalled { journal, row, .. } in journalled {
            journals.entry(journal).or_default().entry(row.at).or_default().insert(row.name(), row);
        }
        for (journal, moments) in journals {
            for chunk in chunks(moments) {
                Box::pin(self.write(&journal, chunk)).await?;
            }
        }
        Ok(())
    }

    /// Stores where the entry is found by its id alone.
    async fn note_whereabouts(&self, id: &EntryId, key: &Key) -> Result<(), Error> {
        let noted = Expression::new().set("entry_pk", key.pk.as_str()).set("entry_sk", key.sk.as_str());
        self.update("noting where an entry stands", noted, Key::whereabouts(id)).await
    }

    /// Updates the sums and then writes the rows. After a crash in between, the sums still name the
    /// rows that they count.
    ///
    /// Rows are written even if the sums are damaged, because the sums can be restored from the
    /// rows.
    async fn write(&self, journal: &JournalId, mut moments: BTreeMap<Timestamp, Moment>) -> Result<(), Error> {
        let line = line_of(journal).filter(|_| moments.values().flat_map(BTreeMap::values).any(counts));
        let counted = match &line {
            Some(line) => self.count(journal, line, &mut moments).await,
            None => Ok(()),
        };
        if let Err(error) = &counted
            && !is_permanent(error)
        {
            return counted;
        }
        let writes = moments.iter().flat_map(|(at, rows)| parts(rows).into_iter().map(|rows| (*at, rows)));
        let writes = writes.map(|(at, rows)| async move {
            self.update("writing the journal", written(&rows)?, Key::journal(journal, at)).await
        });
        stream::iter(writes).buffer_unordered(MOST_WRITES_AT_ONCE).try_collect::<Vec<()>>().await?;
        counted
    }

    /// Counts the rows that were not counted before. Removes stored rows from `moments`.
    async fn count(
        &self,
        journal: &JournalId,
        line: &LineId,
        moments: &mut BTreeMap<Timestamp, Moment>,
    ) -> Result<(), Error> {
        const CONTEXT: &str = "counting what was journalled";
        retry(&self.table, RetryBudget::MERGE, CONTEXT, async || {
            // This order matters: once a name has gone from the sums, its row is stored.
            let sums = StoredSums::read(get(&self.table, Key::funnel(line)).await?.as_ref())?;
            let there =
                self.items_at(journal, moments.keys().copied().chain(sums.counted.iter().map(|row| row.at))).await?;
            let is_there = |at, name: &str| there.get(&at).is_some_and(|item| item.contains_key(name));
            moments.iter_mut().for_each(|(at, rows)| rows.retain(|name, _| !is_there(*at, name)));
            moments.retain(|_, rows| !rows.is_empty());
            let mut more = Funnel::default();
            let mut counted = sums.counted.clone();
            counted.retain(|row| !is_there(row.at, &row.name));
            for row in moments.values().flat_map(BTreeMap::values).filter(|row| counts(row)) {
                if counted.insert(RowName { at: row.at, name: row.name() }) {
                    more.count(row);
                }
            }
            if more == Funnel::default() {
                return Ok(Attempt::Done(()));
            }
            let request = sums.with(&more, &counted).update(&self.table, Key::funnel(line));
            Ok(match send_update(CONTEXT, request).await? {
                Written::Made(_) => Attempt::Done(()),
                Written::ConditionFailed(_) => Attempt::Again,
            })
        })
        .await
    }

    /// The stored items with these times, strongly consistent.
    async fn items_at(
        &self,
        journal: &JournalId,
        moments: impl Iterator<Item = Timestamp>,
    ) -> Result<HashMap<Timestamp, Item>, Error> {
        let keys = moments.map(|at| Key::journal(journal, at));
        let found = get_all(&self.table, keys, Consistency::Strong).await?;
        found.into_iter().map(|(key, item)| Ok((moment_of(&key)?, item))).collect()
    }

    async fn update(&self, context: &'static str, expression: Expression, key: Key) -> Result<(), Error> {
        let request = expression.update(&self.table, key);
        retry(&self.table, RetryBudget::MERGE, context, async || {
            Ok(match send_update(context, request.clone()).await? {
                Written::Made(_) => Attempt::Done(()),
                // There is no condition.
                Written::ConditionFailed(_) => Attempt::Again,
            })
        })
        .await
    }
}

/// Splits the rows into chunks that are counted at once.
fn chunks(moments: BTreeMap<Timestamp, Moment>) -> Vec<BTreeMap<Timestamp, Moment>> {
    let mut chunks: Vec<BTreeMap<Timestamp, Moment>> = Vec::new();
    let rows = moments.into_iter().flat_map(|(at, rows)| rows.into_iter().map(move |row| (at, row)));
    for (index, (at, (name, row))) in rows.enumerate() {
        if index % MOST_ROWS_AT_ONCE == 0 {
            chunks.push(BTreeMap::new());
        }
        if let Some(chunk) = chunks.last_mut() {
            chunk.entry(at).or_default().insert(name, row);
        }
    }
    chunks
}

/// The line of a journal. Nothing for the journal of an event.
fn line_of(journal: &JournalId) -> Option<LineId> {
    let JournalId { event_id, ticket_type_id } = journal.clone();
    ticket_type_id.map(|ticket_type_id| LineId { event_id, ticket_type_id })
}

/// Whether a row counts in the sums.
fn counts(row: &Row) -> bool {
    let mut sums = Funnel::default();
    sums.count(row);
    sums != Funnel::default()
}

/// Splits rows with the same time into chunks that one request can write.
fn parts(rows: &Moment) -> Vec<Vec<(&String, &Row)>> {
    let rows: Vec<_> = rows.iter().collect();
    rows.chunks(MOST_ROWS_OF_A_MOMENT).map(<[_]>::to_vec).collect()
}

/// Writes rows. A row never changes, so it may be written again.
fn written(rows: &[(&String, &Row)]) -> Result<Expression, Error> {
    let mut expression = Expression::new();
    for (name, row) in rows {
        expression = expression.set(name, to_attribute(row)?);
    }
    Ok(expression)
}

/// A page of the merged journals.
#[derive(Debug)]
pub struct JournalPage {
    /// The rows with their journals, by time. Rows with the same time are in causal order.
    pub rows: Vec<(JournalId, Row)>,
    /// Where the next page begins. None after the last page.
    pub next: Option<JournalCursor>,
}

/// Reads the journals.
#[derive(Debug, Clone)]
pub struct JournalReading {
    table: Table,
}

impl JournalReading {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// About `most` rows of these journals, merged. Rows with the same time stay together, so there
    /// may be more.
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

    /// The rows of at most `most` times of a journal.
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

    /// The entry with this id, wherever it stands. Nothing if there is none, or if its person has
    /// joined again.
    pub async fn entry(&self, id: &EntryId) -> Result<Option<StoredEntry>, Error> {
        let Some(place) = whereabouts(&self.table, id).await? else { return Ok(None) };
        Ok(entry_at(&self.table, &place).await?.filter(|stored| stored.entry.id == *id))
    }

    /// The history of an entry, in order, with the messages to its customer. Changes of the last
    /// moments may be missing.
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

    /// The changes of a line up to this time, the newest first, as far back as an explanation
    /// looks.
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

/// The first and the last time of a journal after the cursor. Journals with the same time follow
/// each other by ticket type.
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

fn moment_of(key: &Key) -> Result<Timestamp, Error> {
    key.sk.parse().map(Timestamp::from_milliseconds).map_err(|_| malformed("sk"))
}

fn moment_from(mut item: Item) -> Result<(Timestamp, Vec<Row>), Error> {
    let key = key_of(&item)?;
    let at = moment_of(&key)?;
    for part in ["pk", "sk"] {
        item.remove(part);
    }
    let rows: HashMap<String, Row> = from_item(item)?;
    let mut rows: Vec<Row> = rows.into_values().collect();
    rows.sort_by_key(|row| (row.rank(), row.name()));
    Ok((at, rows))
}

/// Merges two histories by time.
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
