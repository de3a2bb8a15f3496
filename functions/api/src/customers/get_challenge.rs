//! `GET /api/waitlist/challenge`: a challenge to solve before a join without a key.
//!
//! Nothing is stored for it: a signature says that the challenge is ours, and until when. It is for
//! joins of every event, because all ask for the same work.

use waitlist_domain::{Error, Refusal};
use waitlist_runtime::http::{Call, Reply};
use waitlist_runtime::input::Input;
use waitlist_store::Table;
use waitlist_store::commands::join_challenges::ChallengeSigning;

use crate::challenges::{Difficulty, make_challenge};
use crate::views::challenges::ChallengeView;

/// What making challenges may touch. It lives as long as the warm function, because it remembers the
/// key that signs.
#[derive(Debug, Clone)]
pub struct Ports {
    table: Table,
    signing: ChallengeSigning,
    difficulty: Difficulty,
}

impl Ports {
    /// The ports of making challenges of this difficulty.
    pub fn new(table: &Table, difficulty: Difficulty) -> Self {
        Self { table: table.clone(), signing: ChallengeSigning::new(table), difficulty }
    }
}

pub(crate) fn read(_: &mut Input) -> Option<()> {
    Some(())
}

/// Handles a request.
pub async fn handle(ports: &Ports, call: Call) -> Result<Reply, Error> {
    call.input.read(read)?;
    let Ports { table, signing, difficulty } = ports;
    let key = signing.key().await?.ok_or(Refusal::NoChallenge)?;
    let challenge = make_challenge(&key, table.random(), table.now(), *difficulty)?;
    Reply::ok(&ChallengeView::new(&challenge))
}
