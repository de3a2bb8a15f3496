//! How a draw is stored: its progress, the lots, the list in the order drawn, the pool, and who
//! left meanwhile.

use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use waitlist_domain::Error;
use waitlist_domain::line::draw::Lot;
use waitlist_domain::line::position_index::{Bitmap, NUMBERS_PER_PAGE};
use waitlist_domain::values::credential::SecretHash;
use waitlist_domain::values::identifier::{AttendeeId, CustomerId, EntryId, LineId, PlaceId, TierId};
use waitlist_domain::values::time::Timestamp;

use crate::dynamo::item::Item;
use crate::dynamo::reading::{Wanted, query_all};
use crate::items::key::Key;
use crate::items::table::Table;

/// How many entries a part of the list has. With the longest ids, it stays well below the 400 KB
/// limit of an item.
pub(crate) const ENTRANTS_TO_A_PART: usize = 500;

/// How long lots are kept (seconds). The list stays for good.
const LOTS_ARE_KEPT: i64 = 30 * 24 * 3600;

/// An entry in the draw.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// The id of the entry.
    pub entry_id: EntryId,
    /// The tier of the entry, if it has one.
    pub tier: Option<TierId>,
    pub(crate) customer_id: CustomerId,
    pub(crate) attendee_id: Option<AttendeeId>,
    /// The number of the entry in the pool.
    pub(crate) number: u64,
}

impl Listed {
    pub(crate) fn place(&self, line: &LineId) -> PlaceId {
        PlaceId { customer_id: self.customer_id.clone(), line: line.clone(), attendee_id: self.attendee_id.clone() }
    }
}

/// The rules of a draw and its progress. Its counts only grow.
#[skip_serializing_none]
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct DrawItem {
    pk: String,
    sk: String,
    /// The tiers when the pool was closed. Later changes of the event do not change a draw.
    pub(crate) tiers: Vec<TierId>,
    /// The time for which the draw was announced.
    pub(crate) draw_at: Timestamp,
    /// The SHA-256 of the seed, published in advance.
    pub(crate) commitment: SecretHash,
    /// The last number of the pool.
    pub(crate) pool: u64,
    /// How many pages of the pool have all their lots.
    pub(crate) collected: u64,
    /// How many parts of the list are written.
    pub(crate) listed: u64,
    /// The sort key of the last lot in the written parts.
    pub(crate) last_lot: Option<String>,
    /// How many entries are on the list.
    pub(crate) entrants: u64,
    /// The time at which the list was whole. From then on it counts and the seed is shown.
    pub(crate) listed_at: Option<Timestamp>,
    pub(crate) seed: Option<String>,
    /// How many parts of the list have all their places.
    pub(crate) placed: u64,
    /// The time at which the places began to count.
    pub(crate) drawn_at: Option<Timestamp>,
    /// How many pages of the pool are marked.
    pub(crate) marked: u64,
    /// The time until which one process has the draw to itself. It saves double work and is no
    /// lock.
    pub(crate) in_hand_until: Timestamp,
}

/// The next step of a draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Give every entry in this page of the pool its lot.
    Collecting { page: u64 },
    /// Write this part of the list.
    Listing { part: u64 },
    /// Give every entry on this part of the list its place.
    Placing { part: u64 },
    /// Make the places count.
    TakingEffect,
    /// Mark the numbers of this page of the pool.
    Marking { page: u64 },
    /// Nothing is left to do.
    Finished,
}

impl DrawItem {
    /// A draw that begins now.
    pub(crate) fn new(
        line: &LineId,
        (tiers, draw_at): (Vec<TierId>, Timestamp),
        commitment: SecretHash,
        pool: u64,
        now: Timestamp,
    ) -> Self {
        let Key { pk, sk } = Key::draw(line);
        Self {
            pk,
            sk,
            tiers,
            draw_at,
            commitment,
            pool,
            collected: 0,
            listed: 0,
            last_lot: None,
            entrants: 0,
            listed_at: None,
            seed: None,
            placed: 0,
            drawn_at: None,
            marked: 0,
            in_hand_until: now,
        }
    }

    pub(crate) fn stage(&self) -> Stage {
        let pages = self.pool.div_ceil(NUMBERS_PER_PAGE);
        if self.collected < pages {
            Stage::Collecting { page: self.collected }
        } else if self.listed_at.is_none() {
            Stage::Listing { part: self.listed }
        } else if self.placed < self.listed {
            Stage::Placing { part: self.placed }
        } else if self.drawn_at.is_none() {
            Stage::TakingEffect
        } else if self.marked < pages {
            Stage::Marking { page: self.marked }
        } else {
            Stage::Finished
        }
    }
}

/// A lot. DynamoDB sorts the lots by their keys, however many there are.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct LotItem {
    pk: String,
    pub(crate) sk: String,
    ttl: i64,
    pub(crate) entrant: Listed,
}

impl LotItem {
    pub(crate) fn new(line: &LineId, lot: &Lot, entrant: Listed, now: Timestamp) -> Self {
        let Key { pk, sk } = Key::lot(line, lot);
        Self { pk, sk, ttl: now.seconds() + LOTS_ARE_KEPT, entrant }
    }
}

/// A part of the list. It is written once, and a second writer finds it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ListItem {
    pk: String,
    sk: String,
    pub(crate) entrants: Vec<Listed>,
    /// The sort key of the last lot of this part.
    pub(crate) last_lot: String,
}

impl ListItem {
    pub(crate) fn new(line: &LineId, part: u64, entrants: Vec<Listed>, last_lot: String) -> Self {
        let Key { pk, sk } = Key::draw_list(line, part);
        Self { pk, sk, entrants, last_lot }
    }
}

/// The entries on a part of the list that had left or moved before they got their places.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct LeftItem {
    pk: String,
    sk: String,
    /// The places that stayed empty.
    pub(crate) places: Vec<u64>,
    /// The numbers of the pool that stayed with entries that had left.
    pub(crate) kept: Vec<u64>,
}

impl LeftItem {
    pub(crate) fn new(line: &LineId, part: u64, places: Vec<u64>, kept: Vec<u64>) -> Self {
        let Key { pk, sk } = Key::draw_left(line, part);
        Self { pk, sk, places, kept }
    }
}

const ENTRANTS: &str = "entrants";

/// The item that says which numbers of a page of the pool are in the draw.
pub(crate) fn pool_page_item(line: &LineId, page: u64, entrants: &Bitmap) -> Item {
    let mut item = Key::draw_pool(line, page).into_attributes();
    item.insert(ENTRANTS.to_owned(), AttributeValue::B(entrants.as_bytes().to_vec().into()));
    item
}

/// Reads which numbers of a page of the pool are in the draw.
pub(crate) fn pool_page_from(item: &Item) -> Bitmap {
    match item.get(ENTRANTS) {
        Some(AttributeValue::B(bytes)) => Bitmap::from_bytes(bytes.as_ref().to_vec()),
        _ => Bitmap::default(),
    }
}

/// The items of a draw with this beginning of the sort key, in order, after the key `after`.
/// Strongly consistent.
pub(crate) async fn items_of_draw(
    table: &Table,
    line: &LineId,
    beginning: &str,
    after: Option<&str>,
    most: usize,
) -> Result<Vec<Item>, Error> {
    let pk = Key::draw(line).pk;
    let wanted = match after {
        None => Wanted::First(most),
        Some(sk) => Wanted::Behind(Key { pk: pk.clone(), sk: sk.to_owned() }.into_attributes(), most),
    };
    let query = table
        .client
        .query()
        .table_name(&table.name)
        .consistent_read(true)
        .key_condition_expression("pk = :pk AND begins_with(sk, :beginning)")
        .expression_attribute_values(":pk", AttributeValue::S(pk))
        .expression_attribute_values(":beginning", AttributeValue::S(beginning.to_owned()));
    query_all(query, wanted, "reading a draw").await
}
