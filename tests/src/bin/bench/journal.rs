//! The journal: the capacity of its follower for one person, from joining to registration, and of
//! reading it.

use serde_json::{Map, Value, json};
use waitlist_domain::history::funnel::Wait;
use waitlist_domain::messages::message::NotificationKind;
use waitlist_domain::values::channels::Channel;
use waitlist_domain::values::time::Timestamp;
use waitlist_store::commands::joining::{Joined, Joins};
use waitlist_store::commands::offers::{Claims, Conversions};
use waitlist_store::commands::promotions::Promotions;
use waitlist_store::followers::changes::Change;
use waitlist_store::followers::journal::{JournalKeeping, JournalReading};
use waitlist_store::queries::entries::Entries;
use waitlist_store::queries::events::{Events, Statistics};

use crate::line::{IDS, Waitlist, entry_id};
use crate::metered::{Cost, TABLE, Written};
use crate::report::{Bound, Report, Row};

/// Most stream records that the follower gets at once (template.yaml).
const BATCH: usize = 200;
/// How many customers' records of a step come together: the offers of one transaction.
const CROWD: u64 = 99;
/// How long each step takes to come, in seconds.
const BETWEEN_STEPS: u64 = 600;
/// Classes of each wait in which grown sums have counts: from a minute to two months, four to a
/// doubling.
const CLASSES: std::ops::Range<u8> = 24..91;
/// The name of a request on the entry that it changes.
const REQUEST: &str = "0123456789abcdef0123456789abcdef";
const STORED: &str = "nothing disturbs it";

/// The cost of one customer, from joining to registration, if nothing else happens within the same
/// second.
const ONE_AT_A_TIME: Bound = Bound { write_units: Some(19.0), ..Bound::NONE };
/// The cost of each of many customers who act within the same seconds.
const IN_FULL_BATCHES: Bound = Bound { write_units: Some(11.0), ..Bound::NONE };
/// The cost of one customer alone, in a line whose sums have waits of all lengths.
const OF_GROWN_SUMS: Bound = Bound { write_units: Some(28.0), ..Bound::NONE };

/// Measures single customers and many at once, in a young line and in one whose sums have grown.
pub(crate) async fn measure(report: &mut Report) {
    let waitlist = Waitlist::sold_out(IDS).await;
    Following { waitlist, report, length: "one at a time", bound: ONE_AT_A_TIME }.go_through(1).await;
    let waitlist = Waitlist::sold_out(IDS).await;
    Following { waitlist, report, length: "99 at once", bound: IN_FULL_BATCHES }.go_through(CROWD).await;
    let waitlist = Waitlist::sold_out(IDS).await;
    waitlist.grow_sums();
    let mut grown = Following { waitlist, report, length: "one at a time, sums grown", bound: OF_GROWN_SUMS };
    grown.go_through(1).await;
    grown.reading().await;
}

struct Following<'report> {
    waitlist: Waitlist,
    report: &'report mut Report,
    /// How many customers, in words.
    length: &'static str,
    bound: Bound,
}

impl Following<'_> {
    /// So many customers join and hear of it. They are offered a seat each by mail and SMS, claim
    /// it and pay.
    async fn go_through(&mut self, count: u64) {
        let mut all = Cost::default();
        let steps: [(&'static str, Vec<Written>); 8] = [
            ("journal: a join", self.join(count).await),
            ("journal: a message of joining", self.tell(NotificationKind::Joined, &[Channel::Email]).await),
            ("journal: an offer", self.offer(count).await),
            (
                "journal: an offer's mail and SMS",
                self.tell(NotificationKind::Offered, &[Channel::Email, Channel::Sms]).await,
            ),
            ("journal: a claim", self.claim().await),
            ("journal: a message of claiming", self.tell(NotificationKind::Claimed, &[Channel::Email]).await),
            ("journal: a conversion", self.convert().await),
            ("journal: a message of converting", self.tell(NotificationKind::Converted, &[Channel::Email]).await),
        ];
        for (operation, written) in steps {
            let cost = self.keep(&written).await;
            all += cost.clone();
            self.note(operation, count, cost, None);
        }
        self.note("journal: from joining to registration", count, all, Some(self.bound));
    }

    fn note(&mut self, operation: &'static str, times: u64, cost: Cost, bound: Option<Bound>) {
        let times = u32::try_from(times).expect("few");
        self.report.add(Row { operation, length: self.length.to_owned(), times, cost, bound });
    }

    /// What the follower does with so many records.
    async fn keep(&self, written: &[Written]) -> Cost {
        let keeping = JournalKeeping::new(&self.waitlist.table);
        let mut all = Cost::default();
        for batch in written.chunks(BATCH) {
            let changes = batch.iter().map(|images| {
                let [before, after] = images.clone().map(|image| Some(image).filter(|image| !image.is_null()));
                Change::from_images(before, after)?.journalled()
            });
            let rows: Vec<Vec<_>> = changes.collect::<Result<_, _>>().expect("readable");
            let (kept, cost) = self.waitlist.metered.measure(keeping.keep(rows.concat())).await;
            kept.expect(STORED);
            all += cost;
        }
        all
    }

    // What customers do, and what the stream tells of it.

    async fn join(&mut self, count: u64) -> Vec<Written> {
        let joins = Joins::new(&self.waitlist.table);
        let mut written = Vec::new();
        for _ in 0..count {
            self.waitlist.tick(9);
            let wish = self.waitlist.wish(self.waitlist.next);
            let (joined, _, more) = self.waitlist.metered.follow(joins.join(&wish, |_| Ok(()))).await;
            assert!(matches!(joined, Ok(Joined::New(..))), "{joined:?}");
            self.waitlist.number_is_taken();
            written.extend(more);
        }
        written
    }

    async fn tell(&mut self, kind: NotificationKind, channels: &[Channel]) -> Vec<Written> {
        let mut written = Vec::new();
        for number in 1..self.waitlist.next {
            for channel in channels {
                self.waitlist.tick(4);
                written.extend(self.waitlist.metered.follow(self.waitlist.tell(number, kind, *channel)).await.2);
            }
        }
        written
    }

    async fn offer(&mut self, count: u64) -> Vec<Written> {
        self.waitlist.advance(BETWEEN_STEPS);
        self.waitlist.put_event(self.waitlist.capacity().await + count).await;
        let promotions = Promotions::new(&self.waitlist.table);
        let (promoted, _, written) = self.waitlist.metered.follow(promotions.promote(&self.waitlist.line)).await;
        assert_eq!(promoted.expect(STORED).offered as u64, count);
        written
    }

    async fn claim(&mut self) -> Vec<Written> {
        self.waitlist.advance(BETWEEN_STEPS);
        let claims = Claims::new(&self.waitlist.table);
        let mut written = Vec::new();
        for number in 1..self.waitlist.next {
            self.waitlist.tick(9);
            let claim = async { claims.claim(&self.waitlist.find(number).await, REQUEST).await };
            let (claimed, _, more) = self.waitlist.metered.follow(claim).await;
            claimed.expect("in time");
            written.extend(more);
        }
        written
    }

    async fn convert(&mut self) -> Vec<Written> {
        self.waitlist.advance(BETWEEN_STEPS);
        let conversions = Conversions::new(&self.waitlist.table);
        let mut written = Vec::new();
        for number in 1..self.waitlist.next {
            self.waitlist.tick(9);
            let convert = async { conversions.convert(&self.waitlist.find(number).await, None).await };
            let (converted, _, more) = self.waitlist.metered.follow(convert).await;
            converted.expect("in time");
            written.extend(more);
        }
        written
    }

    // What organisers read.

    async fn reading(&mut self) {
        let statistics = Statistics::new(&self.waitlist.table);
        let (read, cost) = self.waitlist.metered.measure(statistics.get(&self.waitlist.line.event_id)).await;
        let funnel = &read.expect(STORED).1[0].funnel;
        assert_eq!(funnel.waits[&Wait::Claim].total(), CLASSES.len() as u64 + 1);
        self.note("stats, with sums", 1, cost, None);
        let ((), cost) = self.waitlist.metered.measure(self.waitlist.explain(1)).await;
        self.note("explain, a registration", 1, cost, None);
        let joined = self.join(1).await;
        self.keep(&joined).await;
        self.waitlist.advance(BETWEEN_STEPS);
        let ((), cost) = self.waitlist.metered.measure(self.waitlist.explain(2)).await;
        self.note("explain, who waits", 1, cost, None);
    }
}

impl Waitlist {
    /// Sums of a line with waits of all lengths.
    fn grow_sums(&self) {
        let mut item = json!({ "pk": { "S": format!("FUNNEL#{}", self.line) }, "sk": { "S": "FUNNEL" } });
        let times: Map<String, Value> = CLASSES.map(|class| (class.to_string(), json!({ "N": "1" }))).collect();
        for wait in Wait::ALL {
            item[wait.as_str()] = json!({ "M": times });
        }
        self.metered.call("PutItem", &json!({ "TableName": TABLE, "Item": item }));
    }

    /// What the function `explain-entry` reads.
    async fn explain(&self, number: u64) {
        let (reading, entries) = (JournalReading::new(&self.table), Entries::new(&self.table));
        let id = entry_id(number);
        let stored = reading.entry(&id).await.expect(STORED).expect("it is where it was noted to be");
        let history = reading.history(&stored).await.expect(STORED);
        assert!(!history.is_empty());
        let from: Timestamp = stored.explained_from(self.table.now());
        reading.looking_back(&self.line, from).await.expect(STORED);
        entries.standings([&stored.entry]).await.expect(STORED);
        Events::new(&self.table).get_with_line(&self.line).await.expect(STORED);
    }
}
