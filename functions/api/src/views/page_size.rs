//! Limits the size of a response.

use serde::Serialize;
use waitlist_domain::Error;

/// The most bytes of a page's rows.
///
/// Lambda passes at most 6 MB. On the way to the gateway, JSON makes at most two bytes of each
/// byte.
pub const ENOUGH_BYTES: usize = 2_900_000;

/// Cuts a page's rows so that together they have at most [`ENOUGH_BYTES`].
///
/// At least one row is kept, because a single row is far shorter. Also returns the cursor of the
/// next page. After a cut the next page begins behind the last kept row, otherwise at `next`.
pub fn cut_to_size<Row: Serialize, Cursor>(
    mut rows: Vec<Row>,
    next: Option<Cursor>,
    behind: impl FnOnce(usize) -> Cursor,
) -> Result<(Vec<Row>, Option<Cursor>), Error> {
    let mut bytes = 0;
    for (place, row) in rows.iter().enumerate() {
        bytes += serde_json::to_vec(row).map_err(|error| Error::internal("measuring a reply", error))?.len();
        if bytes > ENOUGH_BYTES && place > 0 {
            rows.truncate(place);
            return Ok((rows, Some(behind(place - 1))));
        }
    }
    Ok((rows, next))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number of rows before the cut, if there is one, and the number of kept rows.
    fn cut(rows: Vec<String>) -> (Option<usize>, usize) {
        let (rows, next) = cut_to_size(rows, None, |last| last + 1).expect("text");
        (next, rows.len())
    }

    #[test]
    fn as_many_rows_fit_as_lambda_lets_pass() {
        let row = "x".repeat(ENOUGH_BYTES / 3 - 2);
        assert_eq!(cut(vec![row.clone(); 3]), (None, 3));
        assert_eq!(cut(vec![row.clone(); 4]), (Some(3), 3));
        assert_eq!(cut(vec![row.repeat(4)]), (None, 1));
        assert_eq!(cut(vec![row.repeat(4), row]), (Some(1), 1));
        assert_eq!(cut(Vec::new()), (None, 0));
    }
}
