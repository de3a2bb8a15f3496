//! What is left out of a stored or queued form, since reading it back gives the same without.

/// Whether a value is the one that stands for a missing member.
pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
