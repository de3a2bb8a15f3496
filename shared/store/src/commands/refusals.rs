//! A refusal of the domain ends the attempts of a command.

use waitlist_domain::Refusal;

use crate::dynamo::failure::Failure;

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Other(refusal.into())
    }
}
