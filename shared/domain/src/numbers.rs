//! Join numbers: handed out in order, never reused.
//!
//! A number is *gone* once nobody waits with it: its entry was offered seats or left, or it never got an entry.
//! A position is a number less the gone numbers below it.

/// The numbers of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbers {
    /// The number that the next entry gets; the first is 1.
    pub next: u64,
    /// How many numbers are gone.
    pub gone: u64,
    /// Whether numbers are handed out: exactly while the waitlist is active.
    pub open: bool,
    /// When a number was last handed out (milliseconds since 1970); 0 before any was.
    pub last_issued_at: i64,
}

impl Numbers {
    /// Numbers of a new line.
    pub fn new(open: bool) -> Self {
        Self { next: 1, gone: 0, open, last_issued_at: 0 }
    }

    /// How many stand in line. The last to join has just this position.
    pub fn waiting(&self) -> u64 {
        (self.next - 1).saturating_sub(self.gone)
    }

    /// Proof that nobody stands in line, where that is so.
    pub fn empty_line(&self) -> Option<crate::seats::EmptyLine> {
        (self.waiting() == 0).then_some(crate::seats::EmptyLine { next: self.next, gone: self.gone })
    }
}
