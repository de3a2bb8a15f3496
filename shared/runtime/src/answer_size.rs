//! How much fits into one answer.

use serde::Serialize;
use waitlist_domain::Error;

/// Beyond so many bytes an answer is long enough: JSON makes at most two of each on the way to the gateway, and it must
/// stay within the 6 MB that Lambda lets pass.
pub const ENOUGH_BYTES: usize = 2_900_000;

/// How many of these rows, the first of them, make an answer that is no longer than [`ENOUGH_BYTES`]; at least one, for
/// each by itself is shorter by far.
pub fn first_that_fit<Row: Serialize>(rows: &[Row]) -> Result<usize, Error> {
    let mut bytes = 0;
    for (place, row) in rows.iter().enumerate() {
        bytes += serde_json::to_vec(row).map_err(|error| Error::internal("measuring an answer", error))?.len();
        if bytes > ENOUGH_BYTES {
            return Ok(place.max(1));
        }
    }
    Ok(rows.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_rows_fit_as_lambda_lets_pass() {
        let row = "x".repeat(ENOUGH_BYTES / 3 - 2);
        assert_eq!(first_that_fit(&vec![row.clone(); 3]).expect("text"), 3);
        assert_eq!(first_that_fit(&vec![row.clone(); 4]).expect("text"), 3);
        assert_eq!(first_that_fit(&[row.repeat(4), row]).expect("text"), 1);
        assert_eq!(first_that_fit::<String>(&[]).expect("text"), 0);
    }
}
