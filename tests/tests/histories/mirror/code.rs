//! Access codes, as the table holds them.

use crate::histories::image::Image;
use crate::histories::violation::Violation;

/// One access code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::histories) struct Code {
    pub(in crate::histories) id: String,
    pub(in crate::histories) tier: String,
    pub(in crate::histories) max_uses: u64,
    pub(in crate::histories) used: u64,
    pub(in crate::histories) ends_at: i64,
    pub(in crate::histories) revoked_at: Option<i64>,
}

impl Code {
    pub(in crate::histories) fn read(image: Image<'_>) -> Result<Self, Violation> {
        Ok(Self {
            id: image.text("code_id")?.to_owned(),
            tier: image.text("tier")?.to_owned(),
            max_uses: image.count("max_uses")?,
            used: image.count("used")?,
            ends_at: image.number("ends_at")?,
            revoked_at: image.number_if_any("revoked_at"),
        })
    }

    /// Whether the code admits entries.
    pub(in crate::histories) fn is_open(&self, now: i64) -> bool {
        self.revoked_at.is_none() && self.used < self.max_uses && now < self.ends_at
    }
}
