//! Promote: offers the free seats of a line to the entries at its head. All promotions of a line in
//! a batch are served together.

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
    /// Gives the time.
    pub table: Table,
    /// Offers seats.
    pub promotions: Promotions,
    /// The queue of lines to promote again later.
    pub timers: Timers,
    /// The queue of unreadable messages.
    pub dead_letters: PromotionsDeadLetters,
}

/// Handles a batch of promotions.
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
