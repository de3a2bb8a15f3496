//! The cloud in the test process: the AWS SDK's own clients, answered without a socket.
//!
//! Everything a world does follows from its seed. It has one thread, and a clock that stands still until it is moved. One
//! source of chance decides on faults, on turns between invocations and on the order in which queues deliver.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::Poll;
use std::time::Duration;

use aws_smithy_async::rt::sleep::{AsyncSleep, Sleep};
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::region::Region;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use waitlist_domain::values::time::Timestamp;
use waitlist_store::{AccessTable, Clock as StoreClock, Random as StoreRandom, Table};

use crate::api_keys::StoredKey;
use crate::change_feed::StreamRecord;
use crate::clock::Clock;
use crate::faults::{Fault, FaultPlan, Service};
use crate::local_dynamodb::LocalDynamoDb;
use crate::meter::Meter;
use crate::outbox::{SentMail, SentSms};
use crate::policies::policies;
use crate::queues::{Message, Queue, Refusal};
use crate::random::Random;
use crate::replica::Replica;
use crate::table::{ACCESS_TABLE_NAME, REGION, TABLE_NAME};
use crate::wire::{Reply, Request, refusal};

/// The queues of the template. Each has its dead letters beside it.
pub const QUEUES: [&str; 9] = [
    "promotions.fifo",
    "timers",
    "urgent-notifications",
    "notifications",
    "feedback",
    "retries.fifo",
    "promotions-dead-letters.fifo",
    "relay-dead-letters",
    "journal-dead-letters",
];

/// How often the SDK tries a call, as its standard mode does.
const SDK_ATTEMPTS: u32 = 3;
/// How long a slow answer takes.
const SLOW_ANSWER: Duration = Duration::from_secs(10);
/// How probable it is, at each call, that a late request arrives first.
const LATE_ARRIVAL_PER_MILLE: u16 = 250;

/// The invocation's process is gone: nothing it would still have done happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crashed;

tokio::task_local! {
    /// Set for the calls that an invocation makes; true once it has crashed.
    static CRASHED: Arc<AtomicBool>;
    /// The function that makes the calls.
    static FUNCTION: String;
}

/// Does work as a function of the template: its policy is enforced on every call to DynamoDB.
pub async fn as_function<T>(function: &str, work: impl Future<Output = T>) -> T {
    FUNCTION.scope(function.to_owned(), work).await
}

/// One call of one service, for the trace of a failed history.
#[derive(Debug, Clone)]
pub struct Call {
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// The API operation, such as `UpdateItem`.
    pub operation: String,
    /// The request as it was sent.
    pub request: String,
    /// What went wrong on purpose.
    pub fault: Option<Fault>,
    /// The status of the answer; nothing where none came.
    pub status: Option<u16>,
}

impl Call {
    fn new(at: i64, request: &Request, fault: Option<Fault>, status: Option<u16>) -> Self {
        Self { at, operation: request.operation.clone(), request: request.body.clone(), fault, status }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = DateTime::<Utc>::from_timestamp_millis(self.at).unwrap_or_default();
        write!(formatter, "{} {}", at.format("%H:%M:%S%.3f"), self.operation)?;
        match self.status {
            Some(status) => write!(formatter, " {status}")?,
            None => formatter.write_str(" no answer")?,
        }
        if let Some(fault) = self.fault {
            write!(formatter, " [{fault:?}]")?;
        }
        write!(formatter, " {}", self.request)
    }
}

/// Everything that changes, behind one lock.
struct World {
    random: Random,
    faults: FaultPlan,
    attempts: u32,
    meter: Meter,
    calls: Vec<Call>,
    queues: BTreeMap<&'static str, Queue>,
    mail: Vec<SentMail>,
    sms: Vec<SentSms>,
    fresh_records: VecDeque<StreamRecord>,
    /// How many writes have changed anything.
    writes: u64,
    replica: Option<Replica>,
    late: VecDeque<Request>,
}

struct Inner {
    clock: Clock,
    table: LocalDynamoDb,
    world: Mutex<World>,
}

/// One world: a table, queues, a mailbox, a clock. Cloning it gives another handle to the same world.
#[derive(Clone)]
pub struct InProcessCloud(Arc<Inner>);

impl fmt::Debug for InProcessCloud {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("InProcessCloud").finish_non_exhaustive()
    }
}

/// Runs `story` in a fresh world, on a runtime of its own whose time is paused. A sleep ends at once, and moves the
/// world's clock on by its length.
///
/// # Panics
/// If the operating system gives no runtime.
pub fn simulate<T>(seed: u64, story: impl AsyncFnOnce(InProcessCloud) -> T) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime without I/O needs nothing of the operating system")
        .block_on(async { story(InProcessCloud::with_clock(seed, Clock::following_tokio(), false)).await })
}

impl InProcessCloud {
    /// An empty world whose clock moves by [`InProcessCloud::advance`] alone.
    pub fn new(seed: u64) -> Self {
        Self::with_clock(seed, Clock::standing_still(), false)
    }

    /// An empty world that measures the capacity which calls consume (a little slower).
    pub fn measuring(seed: u64) -> Self {
        Self::with_clock(seed, Clock::standing_still(), true)
    }

    /// An empty world on a given clock.
    pub fn with_clock(seed: u64, clock: Clock, measuring: bool) -> Self {
        let table = LocalDynamoDb::new(clock.clone(), measuring);
        let world = World {
            random: Random::new(seed),
            faults: FaultPlan::none(),
            attempts: SDK_ATTEMPTS,
            meter: Meter::default(),
            calls: Vec::new(),
            queues: QUEUES.into_iter().map(|name| (name, Queue::new(name))).collect(),
            mail: Vec::new(),
            sms: Vec::new(),
            fresh_records: VecDeque::new(),
            writes: 0,
            replica: None,
            late: VecDeque::new(),
        };
        Self(Arc::new(Inner { clock, table, world: Mutex::new(world) }))
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.0.world.lock().expect("no holder of this lock panics")
    }

    // The clients.

    /// What our functions make their clients from, in place of `aws_from_environment()`.
    pub fn sdk_config(&self) -> SdkConfig {
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static(REGION))
            .endpoint_url("http://in-process")
            .http_client(Connector(self.clone()))
            .sleep_impl(NoSleep)
            .time_source(self.clock())
            .retry_config(RetryConfig::standard().with_max_attempts(self.world().attempts))
            .timeout_config(TimeoutConfig::disabled())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .build()
    }

    // No call is signed: nothing checks a signature here, and signing would take a sixteenth of a
    // history's time.
    // Each client has a retry budget of its own. By default the whole process shares one, so that a
    // world in a storm would change what happens in the next.

    /// A DynamoDB client on this world's table.
    pub fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        use aws_sdk_dynamodb::config::retry::{RetryPartition, TokenBucket};
        let retries = RetryPartition::custom("world").token_bucket(TokenBucket::unlimited()).build();
        let configuration =
            aws_sdk_dynamodb::config::Builder::from(&self.sdk_config()).retry_partition(retries).allow_no_auth();
        aws_sdk_dynamodb::Client::from_conf(configuration.build())
    }

    /// An SQS client on this world's queues.
    pub fn sqs(&self) -> aws_sdk_sqs::Client {
        use aws_sdk_sqs::config::retry::{RetryPartition, TokenBucket};
        let retries = RetryPartition::custom("world").token_bucket(TokenBucket::unlimited()).build();
        let configuration =
            aws_sdk_sqs::config::Builder::from(&self.sdk_config()).retry_partition(retries).allow_no_auth();
        aws_sdk_sqs::Client::from_conf(configuration.build())
    }

    /// An SES client on this world's mailbox.
    pub fn sesv2(&self) -> aws_sdk_sesv2::Client {
        use aws_sdk_sesv2::config::retry::{RetryPartition, TokenBucket};
        let retries = RetryPartition::custom("world").token_bucket(TokenBucket::unlimited()).build();
        let configuration =
            aws_sdk_sesv2::config::Builder::from(&self.sdk_config()).retry_partition(retries).allow_no_auth();
        aws_sdk_sesv2::Client::from_conf(configuration.build())
    }

    /// An SNS client on this world's telephones.
    pub fn sns(&self) -> aws_sdk_sns::Client {
        use aws_sdk_sns::config::retry::{RetryPartition, TokenBucket};
        let retries = RetryPartition::custom("world").token_bucket(TokenBucket::unlimited()).build();
        let configuration =
            aws_sdk_sns::config::Builder::from(&self.sdk_config()).retry_partition(retries).allow_no_auth();
        aws_sdk_sns::Client::from_conf(configuration.build())
    }

    /// Our own store on this world's table, with this world's clock and chance.
    pub fn table(&self) -> Table {
        let (clock, random) = self.clock_and_chance();
        Table::new(self.dynamodb(), TABLE_NAME, clock, random)
    }

    /// The table of API keys, with this world's clock and chance.
    pub fn access_table(&self) -> AccessTable {
        let (clock, random) = self.clock_and_chance();
        AccessTable::new(self.dynamodb(), ACCESS_TABLE_NAME, clock, random)
    }

    fn clock_and_chance(&self) -> (StoreClock, StoreRandom) {
        let (clock, cloud) = (self.clock(), self.clone());
        let random = move || {
            let mut bits = [0; 32];
            bits.chunks_exact_mut(8).for_each(|chunk| chunk.copy_from_slice(&cloud.choose(Random::next).to_le_bytes()));
            bits
        };
        (Arc::new(move || Timestamp::from_milliseconds(clock.milliseconds())), Arc::new(random))
    }

    /// How often clients made from now on try a call (3 unless told, as on AWS). With 1 every fault reaches our code;
    /// with more the SDK repeats throttled, lost and failed calls by itself, as it does in production.
    pub fn set_attempts(&self, attempts: u32) {
        self.world().attempts = attempts;
    }

    /// The table's name.
    pub fn table_name(&self) -> &'static str {
        TABLE_NAME
    }

    /// Stores an API key.
    pub async fn create_key(&self, key: &StoredKey<'_>) {
        key.create(&self.dynamodb(), ACCESS_TABLE_NAME).await;
    }

    /// The URL by which a function knows a queue.
    pub fn queue_url(&self, queue: &str) -> String {
        format!("https://sqs.{REGION}.amazonaws.com/000000000000/{queue}")
    }

    // Time.

    /// Now.
    pub fn now(&self) -> DateTime<Utc> {
        self.0.clock.now()
    }

    /// The world's clock, to hand to code that asks for the time.
    pub fn clock(&self) -> Clock {
        self.0.clock.clone()
    }

    /// Lets time pass at once.
    pub fn advance(&self, duration: Duration) {
        self.0.clock.advance(duration);
    }

    /// The earliest moment at which some queue has a message to deliver.
    pub fn next_delivery(&self) -> Option<DateTime<Utc>> {
        let due = self.world().queues.values().filter_map(Queue::next_due).min()?;
        DateTime::from_timestamp_millis(due)
    }

    // What has happened.

    /// What the table's stream has received since the last call.
    pub fn take_stream_records(&self) -> Vec<StreamRecord> {
        self.world().fresh_records.drain(..).collect()
    }

    /// All items of the table, in DynamoDB JSON, for [`InProcessCloud::load`] in another world. No call is counted.
    pub fn items(&self) -> Vec<Value> {
        self.0.table.items()
    }

    /// Puts items, in DynamoDB JSON, into the table as if they had always been there: no calls, no stream records.
    pub fn load(&self, items: impl IntoIterator<Item = Value>) {
        self.0.table.load(items);
    }

    /// Deletes expired items, as DynamoDB does some time after their `ttl`; gives their number.
    pub fn delete_expired(&self) -> usize {
        let deleted = self.0.table.delete_expired();
        self.harvest(&mut self.world());
        deleted
    }

    /// One of [`QUEUES`].
    ///
    /// # Panics
    /// Where there is no such queue.
    pub fn queue(&self, name: &str) -> QueueHandle<'_> {
        let name = QUEUES.into_iter().find(|known| *known == name).unwrap_or_else(|| panic!("no queue {name}"));
        QueueHandle { cloud: self, name }
    }

    /// Every e-mail accepted so far.
    pub fn sent_mail(&self) -> Vec<SentMail> {
        self.world().mail.clone()
    }

    /// Every text message accepted so far.
    pub fn sent_sms(&self) -> Vec<SentSms> {
        self.world().sms.clone()
    }

    /// The count of calls and capacity so far.
    pub fn meter(&self) -> Meter {
        self.world().meter.clone()
    }

    /// Sets the count back to nothing, and gives what it was.
    pub fn take_meter(&self) -> Meter {
        std::mem::take(&mut self.world().meter)
    }

    /// Every call so far, to print when a history fails.
    pub fn calls(&self) -> Vec<Call> {
        self.world().calls.clone()
    }

    /// The calls since the last time this was asked, which are then forgotten.
    pub fn take_calls(&self) -> Vec<Call> {
        std::mem::take(&mut self.world().calls)
    }

    // What goes wrong.

    /// From now on things go wrong as `plan` says. Requests that are still late arrive first.
    pub fn faults(&self, plan: FaultPlan) {
        let mut world = self.world();
        while !world.late.is_empty() {
            self.perform_late(&mut world);
        }
        if plan.has_stale_reads() && world.replica.is_none() {
            world.replica = Some(Replica::of(&self.0.table, self.0.clock.clone()));
        }
        world.faults = plan;
    }

    /// A choice out of this world's seed.
    pub fn choose<T>(&self, choice: impl FnOnce(&mut Random) -> T) -> T {
        choice(&mut self.world().random)
    }

    /// Runs one invocation of a function, which may crash: then its future is dropped where it stands.
    pub async fn invoke<T>(&self, work: impl Future<Output = T>) -> Result<T, Crashed> {
        let crashed = Arc::new(AtomicBool::new(false));
        let mut work = pin!(CRASHED.scope(Arc::clone(&crashed), work));
        poll_fn(|context| {
            let progress = work.as_mut().poll(context);
            if crashed.load(Ordering::Relaxed) { Poll::Ready(Err(Crashed)) } else { progress.map(Ok) }
        })
        .await
    }

    /// Runs several invocations at once, each as [`InProcessCloud::invoke`] does. In which order they get their turns
    /// is chance; [`FaultPlan::interleaving`] makes each call a place where another one may overtake.
    pub async fn invoke_together<T>(&self, works: Vec<impl Future<Output = T>>) -> Vec<Result<T, Crashed>> {
        let mut running: Vec<_> = works.into_iter().map(|work| Box::pin(self.invoke(work))).enumerate().collect();
        let mut ended: Vec<(usize, Result<T, Crashed>)> = Vec::with_capacity(running.len());
        poll_fn(|context| {
            self.choose(|random| random.shuffle(&mut running));
            running.retain_mut(|(index, work)| match work.as_mut().poll(context) {
                Poll::Ready(end) => {
                    ended.push((*index, end));
                    false
                }
                Poll::Pending => true,
            });
            if running.is_empty() { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        ended.sort_by_key(|(index, _)| *index);
        ended.into_iter().map(|(_, end)| end).collect()
    }

    // How calls are answered.

    /// Moves new stream records to where they are taken from, and to the lagging copy.
    fn harvest(&self, world: &mut World) {
        let records = self.0.table.take_stream_records();
        if records.is_empty() {
            return;
        }
        world.writes += 1;
        let write = world.writes;
        if let Some(replica) = &mut world.replica {
            replica.note(&records, self.0.clock.milliseconds());
        }
        world.fresh_records.extend(records.into_iter().map(|record| record.of_write(write)));
    }

    async fn answer(&self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let request = Request::read(&request);
        if request.service == Service::DynamoDb {
            // Nobody else's calls are restricted: a test may do what it needs.
            let enforce = |function: &String| policies().enforce(function, &request.operation, &request.body);
            FUNCTION.try_with(enforce).unwrap_or_default();
        }
        self.take_turns().await;
        let crashed = CRASHED.try_with(Arc::clone).ok();
        if crashed.as_ref().is_some_and(|crashed| crashed.load(Ordering::Relaxed)) {
            return std::future::pending().await;
        }
        let (fault, outcome) = self.apply(&request, crashed.is_some());
        if let (Some(crashed), Some(true)) = (&crashed, fault.map(Fault::is_crash)) {
            crashed.store(true, Ordering::Relaxed);
            return std::future::pending().await;
        }
        if fault == Some(Fault::SlowAnswer) {
            tokio::time::sleep(SLOW_ANSWER).await;
        }
        self.take_turns().await;
        outcome
    }

    /// Lets other invocations run for a while, as chance has it.
    async fn take_turns(&self) {
        let mut turns = {
            let mut world = self.world();
            let World { random, faults, .. } = &mut *world;
            faults.turns(random)
        };
        poll_fn(|context| {
            if turns == 0 {
                return Poll::Ready(());
            }
            turns -= 1;
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }

    fn apply(&self, request: &Request, can_crash: bool) -> (Option<Fault>, Result<HttpResponse, ConnectorError>) {
        let mut world = self.world();
        if !world.late.is_empty() && world.random.chance(LATE_ARRIVAL_PER_MILLE) {
            self.perform_late(&mut world);
        }
        let can_strike = |fault: Fault| {
            fault.fits(request.service, &request.operation)
                && (can_crash || !fault.is_crash())
                && (fault != Fault::StaleRead || !request.asks_for_consistency())
        };
        let World { random, faults, .. } = &mut *world;
        let fault = faults.strike(&request.operation, &request.body, can_strike, random);
        let reply = match fault {
            Some(Fault::LostRequest | Fault::CrashBefore) => None,
            Some(Fault::LateRequest) => {
                world.late.push_back(request.clone());
                None
            }
            Some(fault @ (Fault::TransactionConflict | Fault::Throttled | Fault::ServerError | Fault::Refused)) => {
                Some(refusal(request, fault, &mut world.random))
            }
            _ => Some(self.perform(request, fault, &mut world)),
        };
        world.meter.count(&request.operation, reply.as_ref().is_some_and(|reply| reply.status == 200));
        let status = reply.as_ref().map(|reply| reply.status).filter(|_| fault != Some(Fault::LostResponse));
        world.calls.push(Call::new(self.0.clock.milliseconds(), request, fault, status));
        let outcome = match (fault, reply) {
            (Some(Fault::LostResponse), _) => Err(ConnectorError::io("the connection broke before the answer".into())),
            (_, None) => Err(ConnectorError::timeout("no answer in time".into())),
            (_, Some(reply)) => Ok(reply.into_response()),
        };
        (fault, outcome)
    }

    /// Applies the oldest request whose sender has given it up.
    fn perform_late(&self, world: &mut World) {
        if let Some(request) = world.late.pop_front() {
            let reply = self.perform(&request, None, world);
            let at = self.0.clock.milliseconds();
            world.calls.push(Call::new(at, &request, Some(Fault::LateRequest), Some(reply.status)));
        }
    }

    /// Does what the request asks.
    fn perform(&self, request: &Request, fault: Option<Fault>, world: &mut World) -> Reply {
        let now = self.0.clock.milliseconds();
        match request.service {
            Service::DynamoDb => {
                let body = &request.body;
                let World { replica, random, .. } = &mut *world;
                if let (Some(Fault::StaleRead), Some(replica)) = (fault, replica) {
                    return Reply::from(replica.read(&request.operation, body, now, random));
                }
                if fault == Some(Fault::Partial) {
                    return self.perform_partly(request, world);
                }
                let answer = self.0.table.call(&request.operation, body);
                world.meter.add(&answer.consumed);
                if is_write(&request.operation) && answer.status == 200 {
                    self.harvest(world);
                }
                Reply::from(answer)
            }
            Service::Sqs => {
                let body: Value = serde_json::from_str(&request.body).unwrap_or_default();
                let name = body["QueueUrl"].as_str().and_then(|url| url.rsplit('/').next()).unwrap_or_default();
                let World { queues, random, .. } = world;
                let Some(queue) = queues.get_mut(name) else {
                    return Reply::sqs_refusal("QueueDoesNotExist", "The specified queue does not exist.");
                };
                let sent = match request.operation.as_str() {
                    "SendMessage" => {
                        queue.send(&body, now).map(|id| json!({ "MessageId": id, "MD5OfMessageBody": "" }))
                    }
                    "SendMessageBatch" => {
                        queue.send_batch(&body, now, || fault == Some(Fault::Partial) && random.chance(500))
                    }
                    other => Err(Refusal { code: "UnsupportedOperation", message: format!("{other} is not here") }),
                };
                match sent {
                    Ok(answer) => Reply::json(200, &answer),
                    Err(refusal) => Reply::sqs_refusal(refusal.code, &refusal.message),
                }
            }
            Service::Ses => {
                let message_id = format!("mail-{:06}", world.mail.len() + 1);
                let body = serde_json::from_str(&request.body).unwrap_or_default();
                world.mail.push(SentMail::new(message_id.clone(), now, body));
                Reply::json(200, &json!({ "MessageId": message_id }))
            }
            Service::Sns => {
                let message_id = format!("sms-{:06}", world.sms.len() + 1);
                let form: BTreeMap<_, _> = form_urlencoded::parse(request.body.as_bytes()).into_owned().collect();
                let field = |name: &str| form.get(name).cloned().unwrap_or_default();
                world.sms.push(SentSms {
                    message_id: message_id.clone(),
                    at: now,
                    phone_number: field("PhoneNumber"),
                    message: field("Message"),
                });
                Reply::xml(
                    200,
                    format!(
                        "<PublishResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><PublishResult>\
                         <MessageId>{message_id}</MessageId></PublishResult><ResponseMetadata>\
                         <RequestId>in-process</RequestId></ResponseMetadata></PublishResponse>"
                    ),
                )
            }
        }
    }

    /// Does a part of a DynamoDB batch.
    fn perform_partly(&self, request: &Request, world: &mut World) -> Reply {
        let mut body: Value = serde_json::from_str(&request.body).unwrap_or_default();
        let mut unprocessed = json!({});
        for (table, asked) in body["RequestItems"].as_object_mut().into_iter().flatten() {
            let reads = asked.get("Keys").is_some();
            let list = if reads { &mut asked["Keys"] } else { &mut *asked };
            let Some(entries) = list.as_array_mut().filter(|entries| entries.len() > 1) else { continue };
            let kept = 1 + world.random.below(entries.len() - 1);
            let left: Value = entries.split_off(kept).into();
            unprocessed[table] = if reads {
                let mut rest = asked.clone();
                rest["Keys"] = left;
                rest
            } else {
                left
            };
        }
        let answer = self.0.table.call(&request.operation, &body.to_string());
        world.meter.add(&answer.consumed);
        self.harvest(world);
        let mut reply: Value = serde_json::from_str(&answer.body).unwrap_or_default();
        if answer.status == 200 {
            let name = if request.operation == "BatchGetItem" { "UnprocessedKeys" } else { "UnprocessedItems" };
            reply[name] = unprocessed;
        }
        Reply::json(answer.status, &reply)
    }
}

fn is_write(operation: &str) -> bool {
    matches!(operation, "PutItem" | "UpdateItem" | "DeleteItem" | "TransactWriteItems" | "BatchWriteItem")
}

/// One queue of one world.
#[derive(Debug, Clone, Copy)]
pub struct QueueHandle<'a> {
    cloud: &'a InProcessCloud,
    name: &'static str,
}

impl QueueHandle<'_> {
    fn with<T>(&self, act: impl FnOnce(&mut Queue, &mut Random, i64) -> T) -> T {
        let mut world = self.cloud.world();
        let World { queues, random, .. } = &mut *world;
        let queue = queues.get_mut(self.name).expect("a handle is made for queues that exist");
        act(queue, random, self.cloud.0.clock.milliseconds())
    }

    /// Up to `at_most` messages that are due, out of sight for 180 seconds from now: delete what was dealt with, and
    /// the rest comes again. Delivered five times, a message joins the dead letters.
    pub fn receive(&self, at_most: usize) -> Vec<Message> {
        self.with(|queue, random, now| queue.receive(now, at_most, random))
    }

    /// A message from a service that is not modelled here.
    pub fn send(&self, body: &Value) {
        let sent = self.with(|queue, _, now| queue.send(&json!({"MessageBody": body.to_string()}), now));
        assert!(sent.is_ok(), "{sent:?}");
    }

    /// The messages are dealt with.
    pub fn delete(&self, messages: &[Message]) {
        self.with(|queue, _, _| messages.iter().for_each(|message| queue.delete(&message.id)));
    }

    /// Receives and deletes everything that is due.
    pub fn take_due(&self) -> Vec<Message> {
        let due = self.receive(usize::MAX);
        self.delete(&due);
        due
    }

    /// The earliest moment at which it has a message to deliver.
    pub fn next_delivery(&self) -> Option<DateTime<Utc>> {
        self.with(|queue, _, _| queue.next_due()).and_then(DateTime::from_timestamp_millis)
    }

    /// Everything not yet dealt with, due or not, in the order of sending.
    pub fn messages(&self) -> Vec<Message> {
        self.with(|queue, _, _| queue.messages().to_vec())
    }

    /// How many were delivered too often.
    pub fn dead_letter_count(&self) -> usize {
        self.with(|queue, _, _| queue.dead_letters().len())
    }

    /// What was delivered too often.
    pub fn dead_letters(&self) -> Vec<Message> {
        self.with(|queue, _, _| queue.dead_letters().to_vec())
    }
}

/// What the clients take for the network.
#[derive(Debug, Clone)]
struct Connector(InProcessCloud);

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let Self(cloud) = self.clone();
        HttpConnectorFuture::new(async move { cloud.answer(request).await })
    }
}

impl HttpClient for Connector {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

/// Sleep that is over at once: the SDK's pauses between attempts take no time here, and no chance of their own.
#[derive(Debug, Clone, Copy)]
struct NoSleep;

impl AsyncSleep for NoSleep {
    fn sleep(&self, _: Duration) -> Sleep {
        Sleep::new(std::future::ready(()))
    }
}
