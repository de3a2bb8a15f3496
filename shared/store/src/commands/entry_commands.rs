//! An organiser's commands to one entry. Each is done once, however often it is repeated.

use waitlist_domain::Error;
use waitlist_domain::entry::Entry;

use crate::dynamo::retry::{Attempt, RetryBudget, retry};
use crate::items::entry_item::StoredEntry;
use crate::items::table::Table;
use crate::queries::entries::reread;

/// Does a command to an entry, unless it was done before.
///
/// `attempt` reads, decides and writes. If the entry has changed meanwhile, it returns nothing and
/// is called again with the entry as it is then.
pub(crate) async fn do_once(
    table: &Table,
    context: &'static str,
    stored: &StoredEntry,
    mut attempt: impl AsyncFnMut(&Entry) -> Result<Option<Entry>, Error>,
) -> Result<Entry, Error> {
    let mut stored = stored.clone();
    retry(table, RetryBudget::REQUEST, context, async || {
        if stored.is_done_by(table.mandate()) {
            return Ok(Attempt::Done(stored.entry.clone()));
        }
        if let Some(changed) = attempt(&stored.entry).await? {
            return Ok(Attempt::Done(changed));
        }
        stored = reread(table, &stored).await?;
        Ok(Attempt::Again)
    })
    .await
}
