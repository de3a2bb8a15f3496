//! How many people wait, as strangers are told.

/// Up to so many are told exactly.
const MOST_TOLD_EXACTLY: u64 = 20;

/// About how many: exact up to 20, to the next five up to 100, and beyond that rounded to two digits
/// that count.
///
/// A stranger learns what to expect. They do not learn from one look to the next that somebody
/// joined a long line.
pub fn about(count: u64) -> u64 {
    if count <= MOST_TOLD_EXACTLY {
        return count;
    }
    let mut unit = if count < 100 { 5 } else { 10 };
    while count / unit >= 100 {
        unit *= 10;
    }
    // At the end of all numbers there is no next one to round to.
    count.saturating_add(unit / 2) / unit * unit
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_short_line_is_told_exactly_and_a_longer_one_rounded() {
        for (count, told) in [
            (0, 0),
            (1, 1),
            (20, 20),
            (21, 20),
            (23, 25),
            (97, 95),
            (98, 100),
            (99, 100),
            (100, 100),
            (104, 100),
            (105, 110),
            (994, 990),
            (995, 1_000),
            (12_345, 12_000),
            (12_500, 13_000),
            (10_000_000, 10_000_000),
        ] {
            assert_eq!(about(count), told, "{count}");
        }
    }

    proptest! {
        #[test]
        fn a_number_is_told_within_a_tenth_and_by_two_digits(count: u64) {
            let told = about(count);
            prop_assert!(told.abs_diff(count) <= count / 10, "{} for {}", told, count);
            let digits = told.to_string();
            prop_assert!(count >= u64::MAX / 10 * 9 || digits.trim_end_matches('0').len() <= 2, "{}", told);
        }

        #[test]
        fn a_longer_line_is_never_told_to_be_shorter(one in 0_u64..20_000_000, more in 0_u64..20_000) {
            prop_assert!(about(one) <= about(one + more));
        }
    }
}
