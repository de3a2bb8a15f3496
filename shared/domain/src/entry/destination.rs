//! The destinations that an organiser can name for an entry.

use crate::values::words::words;

words! {
    /// The destination of an entry that is moved.
    pub enum MoveTo {
        /// Before all others.
        Front = "front",
        /// Behind all others.
        End = "end",
        /// Another tier.
        Tier = "tier",
    }
}

words! {
    /// The destination of an entry that is reinstated.
    #[derive(Default)]
    pub enum ReinstateAt {
        /// Before all others.
        Front = "front",
        /// Behind all others.
        #[default]
        End = "end",
    }
}

words! {
    /// The destination of an entry that loses its offer.
    #[derive(Default)]
    pub enum WithdrawTo {
        /// Before all others.
        Front = "front",
        /// Behind all others.
        #[default]
        End = "end",
        /// Out of the line.
        Out = "out",
    }
}
