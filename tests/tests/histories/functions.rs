//! The functions of one world, each wired as in its `main`.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use aws_lambda_events::streams::DynamoDbEventResponse;
use serde_json::Value;
use waitlist_api::serving::Warm;
use waitlist_domain::messages::send_rate::SendRate;
use waitlist_domain::values::time::Timestamp;
use waitlist_notify::{ApiUrl, Mailer, PublicUrl, Templates, Texter};
use waitlist_runtime::http::{Request, Response};
use waitlist_runtime::workers::lines_in_trouble::LinesInTrouble;
use waitlist_runtime::workers::movers::Movers;
use waitlist_runtime::workers::queues::{
    Notifications, Promotions, PromotionsDeadLetters, Retries, StreamDeadLetters, Timers,
};
use waitlist_store::commands::confirming::Confirmations;
use waitlist_store::commands::notifying::Notifying;
use waitlist_store::commands::personal_data::PersonalData;
use waitlist_store::commands::places::PlaceNotes;
use waitlist_store::commands::promotions;
use waitlist_store::commands::putting_off::PutOffMessages;
use waitlist_store::commands::releases::Releases;
use waitlist_store::commands::reminders::Reminders;
use waitlist_store::commands::send_slots::SendSlots;
use waitlist_store::commands::sweeping::Sweeps;
use waitlist_store::commands::unreachable_addresses::UnreachableAddresses;
use waitlist_store::commands::unsubscribing::Unsubscribing;
use waitlist_store::followers::changes::IndexUpkeep;
use waitlist_store::followers::journal::JournalKeeping;
use waitlist_store::followers::moved_up::MovedUp;
use waitlist_store::queries::mailbox_places::MailboxPlaces;
use waitlist_store::queries::settings::Settings;
use waitlist_store::{Clock, Table};
use waitlist_tests::{ApiFunctions, InProcessCloud, Random, as_function, sms_countries};

use super::requests::Endpoint;
use crate::telling::sender;

thread_local! {
    /// Templates are parsed once for all worlds of a thread.
    static TEMPLATES: RefCell<Option<Templates>> = const { RefCell::new(None) };
}

/// A queue with a function behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Consumer {
    Promote,
    Timer,
    Retry,
    NotifyFirst,
    NotifySecond,
    Feedback,
}

impl Consumer {
    pub(super) const ALL: [Self; 6] =
        [Self::Promote, Self::Timer, Self::Retry, Self::NotifyFirst, Self::NotifySecond, Self::Feedback];

    pub(super) fn queue(self) -> &'static str {
        match self {
            Self::Promote => "promotions.fifo",
            Self::Timer => "timers",
            Self::Retry => "retries.fifo",
            Self::NotifyFirst => "urgent-notifications",
            Self::NotifySecond => "notifications",
            Self::Feedback => "feedback",
        }
    }

    pub(super) fn is_notify(self) -> bool {
        matches!(self, Self::NotifyFirst | Self::NotifySecond)
    }

    /// Whether a later sweep makes good what a lost message of the queue was for.
    pub(super) fn may_lose_messages(self) -> bool {
        matches!(self, Self::Promote | Self::Timer)
    }

    /// Most messages that Lambda delivers at once, as in the template.
    pub(super) fn most_messages(self) -> usize {
        match self {
            Self::Promote | Self::Timer | Self::Retry | Self::Feedback => 10,
            Self::NotifyFirst => 5,
            Self::NotifySecond => 3,
        }
    }

    /// The timeout of the function, as in the template (milliseconds).
    pub(super) fn time(self) -> i64 {
        if self.is_notify() { 60_000 } else { 30_000 }
    }
}

/// Every function, warm.
#[derive(Debug)]
pub(super) struct Functions {
    /// Two instances of each API function.
    instances: [ApiFunctions; 2],
    relay: relay::Relay,
    journal: journal::Ports,
    promote: promote::Promote,
    timer: timer::Timer,
    notify: notify::Ports,
    feedback: UnreachableAddresses,
    sweep: sweep::Sweep,
}

impl Functions {
    pub(super) fn new(cloud: &InProcessCloud, seed: u64, send_rate: SendRate) -> Rc<Self> {
        let table = tables(cloud, seed);
        let sqs = cloud.sqs();
        let promotions = Promotions::new(sqs.clone(), cloud.queue_url("promotions.fifo"));
        let timers = Timers::new(sqs.clone(), cloud.queue_url("timers"));
        let notifications =
            Notifications::new(sqs.clone(), cloud.queue_url("urgent-notifications"), cloud.queue_url("notifications"));
        let movers = |table: &Table| Movers::new(MovedUp::new(table), notifications.clone(), timers.clone());
        let [of_relay, of_promote, of_timer, of_notify, of_sweep] = [(); 5].map(|()| table());
        Rc::new(Self {
            instances: [(); 2].map(|()| {
                let (table, access) = (table.clone(), cloud.access_table());
                ApiFunctions::new(move || Warm::new(&table(), &access, sms_countries()))
            }),
            journal: journal::Ports {
                journals: JournalKeeping::new(&table()),
                dead_letters: StreamDeadLetters::new(sqs.clone(), cloud.queue_url("journal-dead-letters")),
            },
            relay: relay::Relay {
                index: IndexUpkeep::new(&of_relay),
                places: PlaceNotes::new(&of_relay),
                movers: movers(&of_relay),
                promotions: promotions.clone(),
                timers: timers.clone(),
                notifications: notifications.clone(),
                retries: Retries::new(sqs.clone(), cloud.queue_url("retries.fifo")),
                trouble: LinesInTrouble::default(),
                dead_letters: StreamDeadLetters::new(sqs.clone(), cloud.queue_url("relay-dead-letters")),
                table: of_relay,
            },
            promote: promote::Promote {
                promotions: promotions::Promotions::new(&of_promote),
                timers: timers.clone(),
                dead_letters: PromotionsDeadLetters::new(sqs.clone(), cloud.queue_url("promotions-dead-letters.fifo")),
                table: of_promote,
            },
            timer: timer::Timer {
                promotions: promotions::Promotions::new(&of_timer),
                draws: waitlist_store::commands::draws::Draws::new(&of_timer),
                reminders: Reminders::new(&of_timer),
                confirmations: Confirmations::new(&of_timer),
                movers: movers(&of_timer),
                releases: Releases::new(&of_timer),
                put_off_messages: PutOffMessages::new(&of_timer),
                notifications: notifications.clone(),
                timers: timers.clone(),
                table: of_timer,
            },
            notify: notify::Ports {
                notifying: Notifying::new(&of_notify),
                mailbox_places: MailboxPlaces::new(&of_notify),
                slots: SendSlots::new(&of_notify, send_rate, send_rate),
                unsubscribing: Unsubscribing::new(&of_notify),
                settings: Settings::new(&of_notify),
                api_url: ApiUrl::parse("https://api.example.org").expect("a URL"),
                templates: templates(),
                mailer: Mailer::new(cloud.sesv2(), sender()),
                texter: Texter::new(cloud.sns()),
                countries: sms_countries(),
                put_off_messages: PutOffMessages::new(&of_notify),
            },
            feedback: UnreachableAddresses::new(&table()),
            sweep: sweep::Sweep {
                sweeps: Sweeps::new(&of_sweep),
                promotions,
                timers,
                personal_data: PersonalData::new(&of_sweep),
            },
        })
    }

    pub(super) async fn answer(&self, endpoint: Endpoint, request: Request, instance: usize) -> Response {
        self.instances[instance % 2].answer(endpoint.function(), request).await
    }

    pub(super) async fn relay(&self, event: Value) -> DynamoDbEventResponse {
        as_function("relay", relay::handle(&self.relay, &event)).await
    }

    pub(super) async fn journal(&self, event: Value) -> DynamoDbEventResponse {
        as_function("journal", journal::handle(&self.journal, &event)).await
    }

    pub(super) async fn consume(&self, consumer: Consumer, event: SqsEvent) -> SqsBatchResponse {
        match consumer {
            Consumer::Promote => as_function("promote", promote::handle(&self.promote, event)).await,
            Consumer::Retry => as_function("relay", relay::handle_retries(&self.relay, event)).await,
            Consumer::Timer => as_function("timer", timer::handle(&self.timer, event)).await,
            Consumer::NotifyFirst | Consumer::NotifySecond => {
                as_function("notify", notify::handle(&self.notify, event)).await
            }
            Consumer::Feedback => as_function("feedback", feedback::handle(&self.feedback, event)).await,
        }
    }

    /// Whether the sweep succeeded.
    pub(super) async fn sweep(&self) -> bool {
        as_function("sweep", sweep::handle(&self.sweep)).await.is_ok()
    }
}

/// Makes the table anew for each function, so that none remembers what another has read. All draw
/// from one source of chance.
fn tables(cloud: &InProcessCloud, seed: u64) -> impl Fn() -> Table + Clone + Send + Sync + 'static {
    let (clock, client, name) = (cloud.clone(), cloud.dynamodb(), cloud.table_name());
    let now: Clock = Arc::new(move || Timestamp::from(clock.now()));
    let random = Mutex::new(Random::new(seed ^ 0x5eed));
    let draw = move || {
        let mut random = random.lock().expect("no holder of this lock panics");
        std::array::from_fn(|_| random.below(256) as u8)
    };
    let draw: waitlist_store::Random = Arc::new(draw);
    move || Table::new(client.clone(), name, Arc::clone(&now), Arc::clone(&draw))
}

fn templates() -> Templates {
    TEMPLATES.with_borrow_mut(|templates| {
        let make = || {
            let public_url = PublicUrl::parse("https://tickets.example.org").expect("a URL");
            Templates::new(public_url).expect("the templates are well formed")
        };
        templates.get_or_insert_with(make).clone()
    })
}
