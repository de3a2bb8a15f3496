//! Reads items in DynamoDB's JSON. The checks read the table by themselves, not through the code
//! they check.

use serde_json::Value;
use waitlist_domain::line::position_index::Bitmap;

use super::violation::Violation;

/// An item, or a map within one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Image<'json>(pub(super) &'json Value);

impl<'json> Image<'json> {
    pub(super) fn text_if_any(self, name: &str) -> Option<&'json str> {
        self.0[name]["S"].as_str()
    }

    pub(super) fn text(self, name: &str) -> Result<&'json str, Violation> {
        self.text_if_any(name).ok_or_else(|| self.malformed(name))
    }

    pub(super) fn number_if_any(self, name: &str) -> Option<i64> {
        self.0[name]["N"].as_str()?.parse().ok()
    }

    pub(super) fn number(self, name: &str) -> Result<i64, Violation> {
        self.number_if_any(name).ok_or_else(|| self.malformed(name))
    }

    /// A number that can't be negative.
    pub(super) fn count(self, name: &str) -> Result<u64, Violation> {
        u64::try_from(self.number(name)?)
            .map_err(|_| Violation::new("no count is negative", format!("{name}: {self:?}")))
    }

    /// A number of up to 128 bits.
    pub(super) fn moment(self, name: &str) -> Result<u128, Violation> {
        self.0[name]["N"].as_str().and_then(|digits| digits.parse().ok()).ok_or_else(|| self.malformed(name))
    }

    /// A list of numbers that can't be negative.
    pub(super) fn counts(self, name: &str) -> Result<Vec<u64>, Violation> {
        let elements = self.0[name]["L"].as_array().ok_or_else(|| self.malformed(name))?;
        let count = |element: &Value| element["N"].as_str()?.parse().ok();
        elements.iter().map(count).collect::<Option<_>>().ok_or_else(|| self.malformed(name))
    }

    pub(super) fn flag(self, name: &str) -> Result<bool, Violation> {
        self.0[name]["BOOL"].as_bool().ok_or_else(|| self.malformed(name))
    }

    pub(super) fn bitmap(self, name: &str) -> Bitmap {
        let bytes = self.0[name]["B"].as_str().and_then(|text| aws_smithy_types::base64::decode(text).ok());
        Bitmap::from_bytes(bytes.unwrap_or_default())
    }

    pub(super) fn map(self, name: &str) -> Result<Self, Violation> {
        self.0[name].get("M").map(Image).ok_or_else(|| self.malformed(name))
    }

    pub(super) fn maps(self, name: &str) -> impl Iterator<Item = Self> {
        self.0[name]["L"].as_array().into_iter().flatten().map(|element| Image(&element["M"]))
    }

    pub(super) fn texts(self, name: &str) -> impl Iterator<Item = &'json str> {
        self.0[name]["L"].as_array().into_iter().flatten().filter_map(|element| element["S"].as_str())
    }

    pub(super) fn names(self) -> impl Iterator<Item = &'json str> {
        self.0.as_object().into_iter().flatten().map(|(name, _)| name.as_str())
    }

    pub(super) fn has(self, name: &str) -> bool {
        self.0.get(name).is_some()
    }

    fn malformed(self, name: &str) -> Violation {
        Violation::new("every item is of our form", format!("{name} of {}", self.0))
    }
}
