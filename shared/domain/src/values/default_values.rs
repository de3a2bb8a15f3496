//! Values that are left out of a stored form, since reading it gives the same without them.

/// Whether a value is the one that an absent member stands for.
pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
