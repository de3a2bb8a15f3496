//! Groups the digits of whole numbers.

/// Writes a number in groups of three digits with `separator` between them.
pub(crate) fn grouped(number: u64, separator: char) -> String {
    let digits = number.to_string();
    let mut written = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            written.push(separator);
        }
        written.push(digit);
    }
    written
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn digits_are_grouped_by_three_from_the_end() {
        for (number, written) in [
            (0, "0"),
            (7, "7"),
            (999, "999"),
            (1_000, "1,000"),
            (12_345, "12,345"),
            (123_456, "123,456"),
            (1_234_567, "1,234,567"),
            (u64::MAX, "18,446,744,073,709,551,615"),
        ] {
            assert_eq!(grouped(number, ','), written);
        }
    }

    proptest! {
        #[test]
        fn without_its_separators_a_number_is_itself(number: u64) {
            prop_assert_eq!(grouped(number, '.').replace('.', "").parse(), Ok(number));
        }
    }
}
