//! Values that are left out of a stored form, since reading it gives the same without them.

/// Whether a value is the one that an absent member stands for.
pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_read_from_nothing_is_left_out() {
        assert!(is_default(&0) && is_default(&false) && is_default(&String::new()));
        assert!(!is_default(&1) && !is_default(&true) && !is_default(&" ".to_owned()));
    }
}
