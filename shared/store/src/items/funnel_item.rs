//! How the sums of a line's journal are stored.
//!
//! Sums and rows are written one after the other, because a transaction would cost twice as much.
//! Still each row counts once. For the sums name the rows counted last, which may not be stored
//! yet.
//!
//! A writer reads the sums before the rows. So a row that is neither named nor stored was never
//! counted. The sums are written on condition that their version has not changed. A name is removed
//! only after its row was read.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::types::AttributeValue;
use waitlist_domain::Error;
use waitlist_domain::history::funnel::{Funnel, Stage, Wait};
use waitlist_domain::history::waiting_times::{TimeClass, WaitingTimes};
use waitlist_domain::values::identifier::TierId;
use waitlist_domain::values::time::Timestamp;

use crate::dynamo::expression::Expression;
use crate::dynamo::item::{Item, malformed, optional_number};
use crate::items::key::journal_moment;

const SEATS_REFILLED: &str = "seats_refilled";
const MESSAGES_SENT: &str = "messages_sent";
const MESSAGES_FAILED: &str = "messages_failed";
const MESSAGES_WITHHELD: &str = "messages_withheld";
const MESSAGES_UNREACHABLE: &str = "messages_unreachable";
const BOUNCES: &str = "bounces";
const COMPLAINTS: &str = "complaints";

/// The attribute that counts the writes of the sums.
const VERSION: &str = "version";
/// The attribute with the names of counted rows that may not be stored yet.
const COUNTED: &str = "counted";

/// The time and name of a row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RowName {
    pub(crate) at: Timestamp,
    pub(crate) name: String,
}

impl RowName {
    fn read(text: &str) -> Result<Self, Error> {
        let (at, name) = text.split_once('#').ok_or_else(|| malformed(COUNTED))?;
        let at = at.parse().map(Timestamp::from_milliseconds).map_err(|_| malformed(COUNTED))?;
        Ok(Self { at, name: name.to_owned() })
    }

    fn written(&self) -> String {
        format!("{}#{}", journal_moment(self.at), self.name)
    }
}

/// The stored sums of a line.
#[derive(Debug)]
pub(crate) struct StoredSums {
    version: Option<u64>,
    funnel: Funnel,
    /// Counted rows that may not be stored yet.
    pub(crate) counted: BTreeSet<RowName>,
}

impl StoredSums {
    /// Reads the sums. Without an item, all are 0.
    pub(crate) fn read(item: Option<&Item>) -> Result<Self, Error> {
        let version = item.map(|item| optional_number(item, VERSION)).transpose()?.flatten();
        let names = item.and_then(|item| item.get(COUNTED)).map(|value| value.as_ss().map_err(|_| malformed(COUNTED)));
        let counted =
            names.transpose()?.into_iter().flatten().map(|name| RowName::read(name)).collect::<Result<_, _>>()?;
        Ok(Self { version, funnel: funnel_from(item)?, counted })
    }

    /// Adds the sums of new rows, on condition that the stored sums have not changed. `counted`
    /// names the counted rows that may not be stored yet.
    pub(crate) fn with(&self, more: &Funnel, counted: &BTreeSet<RowName>) -> Expression {
        let names = counted.iter().map(RowName::written).collect();
        let expression = added(Expression::new(), &self.funnel, more);
        expression
            .set(COUNTED, AttributeValue::Ss(names))
            .set(VERSION, self.version.unwrap_or(0) + 1)
            .when_still(VERSION, self.version)
    }
}

/// Adds `more` to the `stored` sums.
fn added(mut expression: Expression, stored: &Funnel, more: &Funnel) -> Expression {
    for (tier, stages) in &more.stages {
        for (stage, count) in stages {
            expression = expression.increase(&stage_name(*stage, tier.as_ref()), *count);
        }
    }
    for (wait, times) in &more.waits {
        let mut sum = stored.waits.get(wait).cloned().unwrap_or_default();
        times.classes().iter().for_each(|(class, count)| sum.count(*class, *count));
        expression = expression.set(wait.as_str(), times_value(&sum));
    }
    let seats_and_messages = [
        (SEATS_REFILLED, more.seats_refilled),
        (MESSAGES_SENT, more.messages_sent),
        (MESSAGES_FAILED, more.messages_failed),
        (MESSAGES_WITHHELD, more.messages_withheld),
        (MESSAGES_UNREACHABLE, more.messages_unreachable),
        (BOUNCES, more.bounces),
        (COMPLAINTS, more.complaints),
    ];
    for (name, count) in seats_and_messages.into_iter().filter(|(_, count)| *count > 0) {
        expression = expression.increase(name, count);
    }
    expression
}

fn stage_name(stage: Stage, tier: Option<&TierId>) -> String {
    format!("{}#{}", stage.as_str(), tier.map_or("", TierId::as_str))
}

/// The count of each class, in one map. It takes half the bytes of an attribute for each.
fn times_value(times: &WaitingTimes) -> AttributeValue {
    let count = |(class, count): (&TimeClass, &u64)| (class.index().to_string(), AttributeValue::N(count.to_string()));
    AttributeValue::M(times.classes().iter().map(count).collect())
}

fn times_from(value: &AttributeValue) -> Result<WaitingTimes, Error> {
    let classes = value.as_m().map_err(|_| malformed("a time"))?;
    let mut times = WaitingTimes::default();
    for (class, count) in classes {
        let class = class.parse().ok().and_then(TimeClass::from_index);
        let count = count.as_n().ok().and_then(|digits| digits.parse().ok());
        let (class, count) = class.zip(count).ok_or_else(|| malformed("a time"))?;
        times.count(class, count);
    }
    Ok(times)
}

/// Reads the sums of a line. Without an item, all are 0.
pub(crate) fn funnel_from(item: Option<&Item>) -> Result<Funnel, Error> {
    let Some(item) = item else { return Ok(Funnel::default()) };
    let sum = |name| optional_number(item, name).map(Option::unwrap_or_default);
    let waits = Wait::ALL.into_iter().filter_map(|wait| item.get(wait.as_str()).map(|times| (wait, times)));
    Ok(Funnel {
        stages: stages_from(item)?,
        waits: waits.map(|(wait, times)| Ok((wait, times_from(times)?))).collect::<Result<_, Error>>()?,
        seats_refilled: sum(SEATS_REFILLED)?,
        messages_sent: sum(MESSAGES_SENT)?,
        messages_failed: sum(MESSAGES_FAILED)?,
        messages_withheld: sum(MESSAGES_WITHHELD)?,
        messages_unreachable: sum(MESSAGES_UNREACHABLE)?,
        bounces: sum(BOUNCES)?,
        complaints: sum(COMPLAINTS)?,
    })
}

fn stages_from(item: &Item) -> Result<BTreeMap<Option<TierId>, BTreeMap<Stage, u64>>, Error> {
    let mut stages: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
    for (name, value) in item {
        let Some((stage, tier)) = name.split_once('#') else { continue };
        // Another version of these functions may count other stages.
        let Some(stage) = Stage::ALL.into_iter().find(|known| known.as_str() == stage) else { continue };
        let tier = Some(tier).filter(|tier| !tier.is_empty()).map(TierId::parse).transpose();
        let tier = tier.map_err(|_| malformed("a tier"))?;
        let count = value.as_n().ok().and_then(|digits| digits.parse().ok()).ok_or_else(|| malformed("a sum"))?;
        stages.entry(tier).or_default().insert(stage, count);
    }
    Ok(stages)
}
