//! Promote: offers the free seats of a line to its head. One look at a line serves all that a batch says of it.

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use waitlist_domain::Error;
use waitlist_domain::messages::message::PromotionRequest;
use waitlist_runtime::environment::metrics::count_promoted;
use waitlist_runtime::workers::batches::handle_groups;
use waitlist_runtime::workers::queues::{PromotionsDeadLetters, Timers};
use waitlist_store::Table;
use waitlist_store::commands::promotions::Promotions;

/// What promote may touch.
#[derive(Debug)]
pub struct Promote {
    /// For the time.
    pub table: Table,
    /// Offering seats.
    pub promotions: Promotions,
    /// For lines to look at again.
    pub timers: Timers,
    /// For messages that nobody can make sense of.
    pub dead_letters: PromotionsDeadLetters,
}

/// Handles a batch of lines to look at.
pub async fn handle(promote: &Promote, event: SqsEvent) -> SqsBatchResponse {
    let offer = async |messages: Vec<PromotionRequest>| {
        for promotion in PromotionRequest::together(messages) {
            offer_seats(promote, promotion).await?;
        }
        Ok(())
    };
    let put_aside = async |message: &SqsMessage| {
        let (id, body) = (message.message_id.as_deref(), message.body.as_deref());
        promote.dead_letters.send(id.unwrap_or_default(), body.unwrap_or_default()).await
    };
    handle_groups("promote", event, offer, put_aside).await
}

async fn offer_seats(promote: &Promote, promotion: PromotionRequest) -> Result<(), Error> {
    let promoted = promote.promotions.promote_for(&promotion).await?;
    count_promoted(&promoted);
    if promoted.look_again { promote.timers.look_again(promotion.line, promote.table.now()).await } else { Ok(()) }
}
