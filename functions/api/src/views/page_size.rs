//! How much fits into one answer.

use serde::Serialize;
use waitlist_domain::Error;

/// Beyond so many bytes an answer is long enough: JSON makes at most two of each on the way to the gateway, and it must
/// stay within the 6 MB that Lambda lets pass.
pub const ENOUGH_BYTES: usize = 2_900_000;

/// Leaves only so many of a page's rows as make an answer that is no longer than [`ENOUGH_BYTES`], at least one, for each
/// by itself is shorter by far. Answers with them, and with where the next page begins: behind the last of them, where
/// others had to be left out, and else at `next`.
pub fn cut_to_size<Row: Serialize, Cursor>(
    mut rows: Vec<Row>,
    next: Option<Cursor>,
    behind: impl FnOnce(usize) -> Cursor,
) -> Result<(Vec<Row>, Option<Cursor>), Error> {
    let mut bytes = 0;
    for (place, row) in rows.iter().enumerate() {
        bytes += serde_json::to_vec(row).map_err(|error| Error::internal("measuring an answer", error))?.len();
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

    /// Behind how many of them it was cut, and how many are left.
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
