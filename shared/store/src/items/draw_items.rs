//! How a draw is stored: how far it has come, the lots, the list of everybody in the order drawn, and who was in the
//! pool and who left it meanwhile.

use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};
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

/// Entrants of one part of a list: with the longest ids there may be, well below the 400 KB that an item may have.
pub(crate) const ENTRANTS_TO_A_PART: usize = 500;

/// How long lots are kept (seconds): what was drawn stands in the list, for good.
const LOTS_ARE_KEPT: i64 = 30 * 24 * 3600;

/// Somebody in the draw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// Their entry.
    pub entry_id: EntryId,
    /// Their tier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<TierId>,
    pub(crate) customer_id: CustomerId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) attendee_id: Option<AttendeeId>,
    /// Their number in the pool.
    pub(crate) number: u64,
}

impl Listed {
    pub(crate) fn place(&self, line: &LineId) -> PlaceId {
        PlaceId { customer_id: self.customer_id.clone(), line: line.clone(), attendee_id: self.attendee_id.clone() }
    }
}

/// What a draw goes by, and how far it has come. Each count only ever grows.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct DrawItem {
    pk: String,
    sk: String,
    /// The tiers, as they were when the pool was closed: what becomes of the event changes no draw.
    pub(crate) tiers: Vec<TierId>,
    /// When it was to be held.
    pub(crate) draw_at: Timestamp,
    /// What bound the organiser to the seed.
    pub(crate) commitment: SecretHash,
    /// The last number of the pool.
    pub(crate) pool: u64,
    /// Pages of the pool of which everybody has a lot.
    pub(crate) collected: u64,
    /// Parts of the list that are written.
    pub(crate) listed: u64,
    /// Where the last of these ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) last_lot: Option<String>,
    /// How many stand on the list.
    pub(crate) entrants: u64,
    /// When the list was whole. From then on it counts, and the seed is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) listed_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) seed: Option<String>,
    /// Parts of the list of which everybody has their place.
    pub(crate) placed: u64,
    /// When the places began to count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) drawn_at: Option<Timestamp>,
    /// Pages of the pool whose numbers are marked.
    pub(crate) marked: u64,
    /// Until when somebody goes on with it: a help not to do everything twice, and no lock.
    pub(crate) in_hand_until: Timestamp,
}

/// What is to be done next in a draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Give everybody in this page of the pool a lot.
    Collecting { page: u64 },
    /// Write this part of the list.
    Listing { part: u64 },
    /// Give everybody on this part of the list their place.
    Placing { part: u64 },
    /// Have the places count.
    TakingEffect,
    /// Mark the numbers of this page of the pool.
    Marking { page: u64 },
    /// Nothing.
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

/// Somebody's lot. DynamoDB keeps these in their order, which is how any number of them is sorted.
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

/// A part of the list. Written once: whoever writes it too finds it written.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ListItem {
    pk: String,
    sk: String,
    pub(crate) entrants: Vec<Listed>,
    /// The key of the lot that is the last of this part.
    pub(crate) last_lot: String,
}

impl ListItem {
    pub(crate) fn new(line: &LineId, part: u64, entrants: Vec<Listed>, last_lot: String) -> Self {
        let Key { pk, sk } = Key::draw_list(line, part);
        Self { pk, sk, entrants, last_lot }
    }
}

/// Who of a part of the list had left when they were to get their places.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct LeftItem {
    pk: String,
    sk: String,
    /// The places that nobody took.
    pub(crate) places: Vec<u64>,
    /// The numbers of the pool that stayed with those who had left.
    pub(crate) kept: Vec<u64>,
}

impl LeftItem {
    pub(crate) fn new(line: &LineId, part: u64, places: Vec<u64>, kept: Vec<u64>) -> Self {
        let Key { pk, sk } = Key::draw_left(line, part);
        Self { pk, sk, places, kept }
    }
}

const ENTRANTS: &str = "entrants";

/// Which numbers of a page of the pool are in the draw.
pub(crate) fn pool_page_item(line: &LineId, page: u64, entrants: &Bitmap) -> Item {
    let mut item = Key::draw_pool(line, page).into_attributes();
    item.insert(ENTRANTS.to_owned(), AttributeValue::B(entrants.as_bytes().to_vec().into()));
    item
}

/// Reads that back.
pub(crate) fn pool_page_from(item: &Item) -> Bitmap {
    match item.get(ENTRANTS) {
        Some(AttributeValue::B(bytes)) => Bitmap::from_bytes(bytes.as_ref().to_vec()),
        _ => Bitmap::default(),
    }
}

/// Items of a draw whose sort key begins like this, in order, from the one behind `after` on; strongly consistent.
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
