//! The draw of a lottery's lots.
//!
//! It goes by steps, each of which may be repeated after a crash and by several at once: the pool is closed; once
//! nobody unseen can be in it any more everybody in it is listed, in the order drawn; the first list to be finished
//! counts; everybody moves from the pool to their place; and then people are served in that order.

use std::collections::BTreeSet;

use futures_util::stream::{self, StreamExt, TryStreamExt};
use serde::{Deserialize, Serialize};
use waitlist_domain::Error;
use waitlist_domain::draw::{Entrant, Seed, draw};
use waitlist_domain::entry::Status;
use waitlist_domain::identifier::{AttendeeId, CustomerId, EntryId, EventId, LineId, PlaceId, TierId, hexadecimal};
use waitlist_domain::lane::Lane;
use waitlist_domain::mandate::{Actor, Mandate};
use waitlist_domain::numbers::{LaneNumbers, Lanes};
use waitlist_domain::order::Order;
use waitlist_domain::promotion::LaneView;
use waitlist_domain::time::Timestamp;

use crate::changes::MARKS_OF_A_MOVE;
use crate::entry_item::{self, stored_entry};
use crate::events::get_event;
use crate::expression::Expression;
use crate::failure::{Item, WriteFailure, put_failure, update_failure};
use crate::key::Key;
use crate::line_items::{DRAWN_AT, ENTRANTS, POOL_CLOSED_AT, issued_in, lanes_from, last_issued_at_in};
use crate::position_index::{Marked, mark, retire};
use crate::promotions::read_whole_lane;
use crate::reading::{from_item, get, malformed, text, to_item};
use crate::table::{Attempts, Table};

/// Entrants of one item of a list: with the longest ids there may be, well below the 400 KB that an item may have.
const ENTRANTS_TO_AN_ITEM: usize = 500;

/// How many people are moved at once.
const MOST_AT_ONCE: usize = 32;

/// How a draw stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// It is done; everybody has their place.
    Drawn,
    /// Somebody may be in the pool who can't be seen yet: look again in a moment.
    Settling,
    /// There is nothing to draw: the event draws no lots, or not yet.
    NotDue,
}

/// Somebody in the draw, as the list has them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// Their entry.
    pub entry_id: EntryId,
    /// Their tier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<TierId>,
    customer_id: CustomerId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    attendee_id: Option<AttendeeId>,
    /// Their number in the pool.
    number: u64,
}

impl Entrant for Listed {
    fn entry_id(&self) -> &EntryId {
        &self.entry_id
    }

    fn tier(&self) -> Option<&TierId> {
        self.tier.as_ref()
    }
}

impl Listed {
    fn place(&self, line: &LineId) -> PlaceId {
        PlaceId { customer_id: self.customer_id.clone(), line: line.clone(), attendee_id: self.attendee_id.clone() }
    }
}

/// The list of a draw that counts, and how far people were moved by it.
#[derive(Debug, Serialize, Deserialize)]
struct DrawItem {
    pk: String,
    sk: String,
    /// Tells its list from those of others who drew at the same time.
    list: String,
    seed: String,
    entrants: u64,
    listed_at: Timestamp,
}

#[derive(Debug, Serialize, Deserialize)]
struct ListItem {
    pk: String,
    sk: String,
    entrants: Vec<Listed>,
}

#[derive(Debug, Serialize, Deserialize)]
struct SeedItem {
    pk: String,
    sk: String,
    seed: String,
}

/// The item of an event's seed.
pub(crate) fn seed_item(id: &EventId, seed: &Seed) -> Result<Item, Error> {
    let Key { pk, sk } = Key::seed(id);
    to_item(&SeedItem { pk, sk, seed: seed.as_str().to_owned() })
}

/// The seed of an event, if it has one.
pub(crate) async fn get_seed(table: &Table, id: &EventId) -> Result<Option<Seed>, Error> {
    let Some(item) = get(table, Key::seed(id)).await? else { return Ok(None) };
    Seed::parse(text(&item, "seed")?).map(Some).map_err(|_| malformed("seed"))
}

/// Drawing lots.
#[derive(Debug, Clone)]
pub struct Draws {
    table: Table,
}

impl Draws {
    /// Over `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// Draws the lots of a line whose time has come, or goes on with it. Done once, it does nothing more.
    pub async fn hold(&self, line: &LineId) -> Result<Progress, Error> {
        let event = get_event(&self.table, &line.event_id).await?;
        let Order::Lottery { tiers, draw_at, .. } = &event.rules.order else { return Ok(Progress::NotDue) };
        if self.table.now() < *draw_at {
            return Ok(Progress::NotDue);
        }
        let Some(numbers) = get(&self.table, Key::numbers(line)).await? else { return Ok(Progress::NotDue) };
        if numbers.contains_key(DRAWN_AT) {
            return Ok(Progress::Drawn);
        }
        if !numbers.contains_key(POOL_CLOSED_AT) {
            self.change_numbers(line, POOL_CLOSED_AT, Expression::new().set(POOL_CLOSED_AT, self.table.now())).await?;
        }
        let drawn = match self.drawn(line).await? {
            Some(drawn) => drawn,
            None => {
                let Some(entrants) = self.everybody_in_the_pool(line).await? else { return Ok(Progress::Settling) };
                let seed = get_seed(&self.table, &line.event_id).await?.ok_or_else(|| malformed("seed"))?;
                self.list(line, &seed, tiers, entrants).await?
            }
        };
        self.give_places(line, &drawn).await?;
        Ok(Progress::Drawn)
    }

    /// What stands of the draw in the table, once a list counts.
    async fn drawn(&self, line: &LineId) -> Result<Option<DrawItem>, Error> {
        get(&self.table, Key::draw(line)).await?.map(from_item).transpose()
    }

    /// Changes the numbers unless they have `attribute` already.
    async fn change_numbers(&self, line: &LineId, attribute: &str, change: Expression) -> Result<(), Error> {
        const CONTEXT: &str = "noting how far a draw has come";
        let mut attempts = Attempts::new(&self.table);
        let change = change.when_absent(attribute).when_exists();
        let request = change.update(&self.table, Key::numbers(line));
        loop {
            match request.clone().send().await.map_err(|error| update_failure(CONTEXT, error)) {
                Ok(_) | Err(WriteFailure::Condition(_)) => return Ok(()),
                Err(WriteFailure::Conflict) => {}
                Err(WriteFailure::Other(error)) => return Err(error),
            }
            if !attempts.another().await {
                return Err(Error::Busy { context: CONTEXT });
            }
        }
    }

    /// Everybody in the closed pool; nothing while somebody may be in it who can't be seen yet.
    async fn everybody_in_the_pool(&self, line: &LineId) -> Result<Option<Vec<Listed>>, Error> {
        let numbers = get(&self.table, Key::numbers(line)).await?.unwrap_or_default();
        let lanes: Lanes = lanes_from(&numbers)?;
        let none = LaneNumbers::default();
        let pool = line.lane(Lane::Pool);
        let view: LaneView = read_whole_lane(&self.table, &pool, lanes.get(&Lane::Pool).unwrap_or(&none)).await?;
        let now = self.table.now();
        retire(&self.table, &pool, &view.settled(now)).await?;
        if view.is_unsettled(now) {
            return Ok(None);
        }
        // The index may still show somebody who has left: the entries themselves tell.
        let found = stream::iter(view.waiting)
            .map(|waiting| async move { get(&self.table, Key::entry(&waiting.place)).await })
            .buffered(MOST_AT_ONCE)
            .try_filter_map(|item| async move { item.map(stored_entry).transpose() });
        let entries: Vec<_> = found.try_collect().await?;
        let in_the_pool = entries
            .into_iter()
            .map(|stored| stored.entry)
            .filter(|entry| entry.status == Status::Waiting && entry.lane == Lane::Pool);
        Ok(Some(
            in_the_pool
                .map(|entry| Listed {
                    entry_id: entry.id,
                    tier: entry.tier,
                    customer_id: entry.place.customer_id,
                    attendee_id: entry.place.attendee_id,
                    number: entry.number,
                })
                .collect(),
        ))
    }

    /// Draws, and writes the list. If somebody else has finished theirs before, that one counts.
    async fn list(
        &self,
        line: &LineId,
        seed: &Seed,
        tiers: &[TierId],
        mut entrants: Vec<Listed>,
    ) -> Result<DrawItem, Error> {
        draw(seed, tiers, &mut entrants);
        let list = hexadecimal(&self.table.random_identifier_bits());
        for (index, part) in entrants.chunks(ENTRANTS_TO_AN_ITEM).enumerate() {
            let Key { pk, sk } = Key::draw_list(line, &list, index);
            let item = to_item(&ListItem { pk, sk, entrants: part.to_vec() })?;
            Expression::new().put(&self.table, item).send().await.map_err(|error| {
                put_failure("writing the list of a draw", error).into_error("writing the list of a draw")
            })?;
        }
        let Key { pk, sk } = Key::draw(line);
        let seed = seed.as_str().to_owned();
        let item = DrawItem { pk, sk, list, seed, entrants: entrants.len() as u64, listed_at: self.table.now() };
        let put = Expression::new().when_absent("pk").put(&self.table, to_item(&item)?);
        match put.send().await.map_err(|error| put_failure("finishing the list of a draw", error)) {
            Ok(_) => Ok(item),
            Err(WriteFailure::Condition(Some(first))) => from_item(first),
            Err(failure) => Err(failure.into_error("finishing the list of a draw")),
        }
    }

    /// Moves everybody on the list from the pool to their place, and then has people served in that order.
    async fn give_places(&self, line: &LineId, drawn: &DrawItem) -> Result<(), Error> {
        // First the places, then who has them: so that never fewer seem to wait than do.
        let more = Expression::new().add_to_missing("next", drawn.entrants).set(ENTRANTS, drawn.entrants);
        self.change_numbers(line, ENTRANTS, more).await?;
        let mut number = 0;
        while number < drawn.entrants {
            let index = usize::try_from(number).unwrap_or(usize::MAX) / ENTRANTS_TO_AN_ITEM;
            let item = get(&self.table, Key::draw_list(line, &drawn.list, index)).await?;
            let part: ListItem = from_item(item.ok_or_else(|| malformed("entrants"))?)?;
            let moved = part.entrants.iter().zip(number + 1..);
            let moves = stream::iter(moved.clone()).map(|(listed, number)| self.give_place(line, listed, number));
            let has_left: Vec<bool> = moves.buffered(MOST_AT_ONCE).try_collect().await?;
            let left: BTreeSet<u64> =
                moved.clone().zip(has_left).filter(|(_, left)| *left).map(|((_, n), _)| n).collect();
            let pool: Vec<Marked> = moved.map(|(listed, _)| (listed.number, MARKS_OF_A_MOVE.to_vec())).collect();
            mark(&self.table, &line.lane(Lane::Pool), &pool).await?;
            retire(&self.table, &line.lane(Lane::Drawn), &left.into_iter().collect::<Vec<_>>()).await?;
            number += part.entrants.len() as u64;
        }
        let now = self.table.now();
        let served = Expression::new()
            .set(&issued_in(&Lane::Drawn), drawn.entrants)
            .set(&last_issued_at_in(&Lane::Drawn), now)
            .set(DRAWN_AT, now);
        self.change_numbers(line, DRAWN_AT, served).await
    }

    /// Moves somebody to their place; whether they have left meanwhile.
    async fn give_place(&self, line: &LineId, listed: &Listed, number: u64) -> Result<bool, Error> {
        const CONTEXT: &str = "giving somebody the place that was drawn";
        let place = listed.place(line);
        let mut attempts = Attempts::new(&self.table);
        loop {
            let (from, to) = ((&Lane::Pool, listed.number), (&Lane::Drawn, number));
            let now = self.table.now();
            let expression = entry_item::move_to(&listed.entry_id, line, from, to, now);
            let expression = expression.set("joined_position", number).under(&Mandate::of(Actor::Draw), now);
            let request = expression.update(&self.table, Key::entry(&place));
            match request.send().await.map_err(|error| update_failure(CONTEXT, error)) {
                Ok(_) => return Ok(false),
                Err(WriteFailure::Condition(current)) => {
                    let entry = current.map(stored_entry).transpose()?.map(|stored| stored.entry);
                    let has_it = entry.is_some_and(|entry| {
                        entry.id == listed.entry_id && entry.lane == Lane::Drawn && entry.number == number
                    });
                    return Ok(!has_it);
                }
                Err(WriteFailure::Conflict) => {}
                Err(WriteFailure::Other(error)) => return Err(error),
            }
            if !attempts.another().await {
                return Err(Error::Busy { context: CONTEXT });
            }
        }
    }
}

/// A draw as anybody may see it.
#[derive(Debug)]
pub struct PublicDraw {
    /// The seed, once the lots are drawn.
    pub seed: String,
    /// When everybody in the pool was listed.
    pub listed_at: Timestamp,
    /// How many were in the draw.
    pub entrants: u64,
    /// A part of them, in the order drawn.
    pub part: Vec<Listed>,
}

/// Reading what was drawn.
#[derive(Debug, Clone)]
pub struct DrawLists {
    draws: Draws,
}

impl DrawLists {
    /// Entrants of one part of a list.
    pub const ENTRANTS_TO_A_PART: usize = ENTRANTS_TO_AN_ITEM;

    /// Over `table`.
    pub fn new(table: &Table) -> Self {
        Self { draws: Draws::new(table) }
    }

    /// A part of what was drawn for a line, counted from 0; nothing before anything was.
    pub async fn part(&self, line: &LineId, part: usize) -> Result<Option<PublicDraw>, Error> {
        let Some(drawn) = self.draws.drawn(line).await? else { return Ok(None) };
        let item = get(&self.draws.table, Key::draw_list(line, &drawn.list, part)).await?;
        let listed = item.map(from_item::<ListItem>).transpose()?.map(|item| item.entrants).unwrap_or_default();
        let DrawItem { seed, listed_at, entrants, .. } = drawn;
        Ok(Some(PublicDraw { seed, listed_at, entrants, part: listed }))
    }
}
