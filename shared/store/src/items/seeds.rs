//! The secret seeds of draws. Each line has one for good, and nobody sees it before its draw.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use waitlist_domain::Error;
use waitlist_domain::line::draw::Seed;
use waitlist_domain::values::credential::SecretHash;
use waitlist_domain::values::identifier::LineId;

use crate::dynamo::item::{Item, malformed, text, to_item};
use crate::dynamo::reading::{Consistency, get, get_all};
use crate::dynamo::writing::put_once;
use crate::items::key::Key;
use crate::items::table::Table;

/// The attribute of the numbers item with the commitment. It saves reading the secret.
pub(crate) const COMMITMENT: &str = "commitment";

#[derive(Debug, Serialize, Deserialize)]
struct SeedItem {
    pk: String,
    sk: String,
    seed: String,
}

/// The seed of a line.
pub(crate) async fn get_seed(table: &Table, line: &LineId) -> Result<Seed, Error> {
    seed_from(&get(table, Key::seed(line)).await?.ok_or_else(|| malformed("seed"))?)
}

/// The commitments to the seeds of these lines.
///
/// A line without a seed gets one. It stays even if the change of the event fails, because nobody
/// has seen it.
pub(crate) async fn commitments(
    table: &Table,
    lines: impl IntoIterator<Item = LineId>,
) -> Result<BTreeMap<LineId, SecretHash>, Error> {
    let lines: Vec<LineId> = lines.into_iter().collect();
    let found = get_all(table, lines.iter().map(Key::seed), Consistency::Strong).await?;
    let mut commitments = BTreeMap::new();
    for line in lines {
        let seed = match found.get(&Key::seed(&line)) {
            Some(item) => seed_from(item)?,
            None => choose(table, &line).await?,
        };
        commitments.insert(line, seed.commitment());
    }
    Ok(commitments)
}

/// Stores a random seed, unless there is one. Returns the stored seed.
async fn choose(table: &Table, line: &LineId) -> Result<Seed, Error> {
    let Key { pk, sk } = Key::seed(line);
    let item = to_item(&SeedItem { pk, sk, seed: Seed::from_bits(table.random()).as_str().to_owned() })?;
    seed_from(&put_once(table, "choosing a seed", item).await?)
}

fn seed_from(item: &Item) -> Result<Seed, Error> {
    Seed::parse(text(item, "seed")?).map_err(|_| malformed("seed"))
}

/// The commitment on a numbers item. Nothing if the line never had a lottery.
pub(crate) fn commitment_from(numbers: &Item) -> Result<Option<SecretHash>, Error> {
    let stored = numbers.get(COMMITMENT).cloned();
    stored.map(serde_dynamo::from_attribute_value).transpose().map_err(|_| malformed(COMMITMENT))
}
