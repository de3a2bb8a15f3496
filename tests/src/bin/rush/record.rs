//! What happens in the simulation: a rush, and the records of the stream.

/// The line of the event in a rush.
pub(crate) const LINE_IN_RUSH: usize = 0;

/// What the event in a rush does.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rush {
    /// Its changes a second that the relay follows.
    pub(crate) rate: u64,
    /// Whether the relay of its line fails for ten minutes.
    pub(crate) is_in_trouble: bool,
}

/// A record of the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Record {
    pub(crate) line: usize,
    pub(crate) what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum What {
    /// A change of the event in a rush.
    Change,
    /// The seat with this number comes free.
    SeatFree(usize),
    /// It is offered.
    SeatOffered(usize),
}
