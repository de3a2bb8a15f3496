//! Where an organiser wants somebody to be.

use crate::values::words::words;

words! {
    /// Where somebody who waits is moved.
    pub enum MoveTo {
        /// Before everybody else.
        Front = "front",
        /// Behind everybody else.
        End = "end",
        /// Into another tier.
        Tier = "tier",
    }
}

words! {
    /// Where somebody is put back into the line.
    #[derive(Default)]
    pub enum ReinstateAt {
        /// Before everybody else.
        Front = "front",
        /// Behind everybody else.
        #[default]
        End = "end",
    }
}

words! {
    /// Where somebody is to be whose offer is taken back.
    #[derive(Default)]
    pub enum WithdrawTo {
        /// Before everybody else.
        Front = "front",
        /// Behind everybody else.
        #[default]
        End = "end",
        /// Out of the line.
        Out = "out",
    }
}
