//! Access codes: an organiser creates and revokes them. The write that makes an entry with a code
//! also counts the use.
//!
//! A code is stored under its hash, so that a join finds it with one read. Its id is random, so
//! that nobody can test codes against the id.

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, TransactWriteItem};
use waitlist_domain::event::access_code::{AccessCode, END_HAS_PASSED, Grant, MOST_CODES, MaxUses};
use waitlist_domain::values::identifier::{CodeId, EventId, TierId};
use waitlist_domain::values::label::Label;
use waitlist_domain::values::time::Timestamp;
use waitlist_domain::{Error, FieldError, Refusal};

use crate::dynamo::expression::{Alternative, Expression};
use crate::dynamo::item::Item;
use crate::dynamo::key::key_of;
use crate::dynamo::reading::{Wanted, query_all};
use crate::dynamo::retry::{Attempt, RetryBudget, retry};
use crate::dynamo::transaction::{Transacted, transact};
use crate::dynamo::writing::{Written, send_update};
use crate::items::access_code_item::{REVOKED_AT, code_item, find_grant, grant_from};
use crate::items::event_item::get_event;
use crate::items::key::Key;
use crate::items::table::Table;

/// A code that an organiser wants to create.
#[derive(Debug, Clone)]
pub struct WantedCode {
    /// The event that the code is for.
    pub event_id: EventId,
    /// The code that customers type.
    pub code: AccessCode,
    /// The id for the new code.
    pub id: CodeId,
    /// The tier that the code admits to.
    pub tier: TierId,
    /// How many entries may be made with the code.
    pub max_uses: MaxUses,
    /// The time from which the code admits nobody.
    pub ends_at: Timestamp,
    /// The organiser's name for the code.
    pub label: Option<Label>,
}

impl WantedCode {
    fn grant(&self, now: Timestamp) -> Grant {
        Grant {
            id: self.id.clone(),
            tier: self.tier.clone(),
            max_uses: self.max_uses,
            used: 0,
            ends_at: self.ends_at,
            label: self.label.clone(),
            created_at: now,
            revoked_at: None,
        }
    }
}

/// The attribute that counts all codes an event ever had. It is on an item of its own.
const CODES: &str = "codes";

/// Creates, lists and revokes the access codes of events.
#[derive(Debug, Clone)]
pub struct AccessCodes {
    table: Table,
}

impl AccessCodes {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// Creates a code and returns its grant.
    ///
    /// If a code with this id exists, the request is a repeated one, and its stored grant is
    /// returned. A revoked code is replaced.
    ///
    /// Fails with [`Refusal::CodeTaken`] if a live code has the same text, and with
    /// [`Refusal::TooManyCodes`] at the limit.
    pub async fn create(&self, wanted: &WantedCode) -> Result<Grant, Error> {
        const CONTEXT: &str = "setting up an access code";
        self.check(wanted).await?;
        let key = Key::access_code(&wanted.event_id, &wanted.code.hash(&wanted.event_id));
        retry(&self.table, RetryBudget::REQUEST, CONTEXT, async || {
            let stored = find_grant(&self.table, &key).await?;
            let grant = wanted.grant(self.table.now());
            let put = |condition: Expression| -> Result<TransactWriteItem, Error> {
                let item = code_item(key.clone(), grant.clone(), self.table.mandate())?;
                Ok(condition.put_in_transaction(&self.table, item))
            };
            let items = match stored {
                Some(stored) if stored.id == wanted.id => return Ok(Attempt::Done(stored)),
                Some(stored) if stored.revoked_at.is_none() => return Err(Refusal::CodeTaken.into()),
                Some(stored) => vec![put(Expression::new().when_equal("code_id", stored.id.as_str()))?],
                None => vec![put(Expression::new().when_absent("pk"))?, self.count_another(&wanted.event_id)],
            };
            match transact(&self.table, CONTEXT, items).await? {
                Transacted::Made => Ok(Attempt::Done(grant)),
                Transacted::ConditionsFailed(failed) => match failed[..] {
                    [None, Some(_)] => Err(Refusal::TooManyCodes { limit: MOST_CODES }.into()),
                    // Another request stored this code meanwhile: the next attempt reads it.
                    _ => Ok(Attempt::Again),
                },
            }
        })
        .await
    }

    /// Checks the parts of the wish that only the event and the clock can judge.
    async fn check(&self, wanted: &WantedCode) -> Result<(), Error> {
        let event = get_event(&self.table, &wanted.event_id).await?;
        let unknown = event.find_tier(Some(&wanted.tier)).err();
        let is_over = wanted.ends_at <= self.table.now();
        let over = is_over.then(|| FieldError::new("/endsAt", END_HAS_PASSED));
        let complaints: Vec<FieldError> = unknown.into_iter().chain(over).collect();
        if complaints.is_empty() { Ok(()) } else { Err(Refusal::Invalid(complaints).into()) }
    }

    fn count_another(&self, event: &EventId) -> TransactWriteItem {
        let few = [Alternative::Absent, Alternative::AtMost(CODES, (MOST_CODES - 1).into())];
        let counted = Expression::new().add_to_missing(CODES, 1).when_any(few);
        counted.in_transaction(&self.table, Key::access_code_count(event))
    }

    /// All codes that the event ever had, the oldest first.
    pub async fn list(&self, event: &EventId) -> Result<Vec<Grant>, Error> {
        get_event(&self.table, event).await?;
        let mut grants = self.items(event).await?.into_iter().map(grant_from).collect::<Result<Vec<_>, _>>()?;
        grants.sort_by(|one, other| (one.created_at, &one.id).cmp(&(other.created_at, &other.id)));
        Ok(grants)
    }

    /// Revokes a code: no new entry is made with it, and existing entries keep their places.
    /// Repeating it changes nothing.
    pub async fn revoke(&self, event: &EventId, id: &CodeId) -> Result<Grant, Error> {
        const CONTEXT: &str = "revoking an access code";
        retry(&self.table, RetryBudget::REQUEST, CONTEXT, async || {
            let (key, grant) = self.find(event, id).await?.ok_or(Refusal::CodeNotFound)?;
            if grant.revoked_at.is_some() {
                return Ok(Attempt::Done(grant));
            }
            let now = self.table.now();
            let revoked = Expression::new()
                .set(REVOKED_AT, now)
                .journalled(self.table.mandate(), now)
                .when_equal("code_id", id.as_str())
                .when_absent(REVOKED_AT);
            let request = revoked.update(&self.table, key).return_values(ReturnValue::AllNew);
            Ok(match send_update(CONTEXT, request).await? {
                Written::Made(revoked) => Attempt::Done(grant_from(revoked)?),
                Written::ConditionFailed(_) => Attempt::Again,
            })
        })
        .await
    }

    async fn find(&self, event: &EventId, id: &CodeId) -> Result<Option<(Key, Grant)>, Error> {
        for item in self.items(event).await? {
            let key = key_of(&item)?;
            let grant = grant_from(item)?;
            if grant.id == *id {
                return Ok(Some((key, grant)));
            }
        }
        Ok(None)
    }

    /// The items of an event's codes, in no order, if the table shows the event. A thousand of them
    /// are about 400 KB.
    async fn items(&self, event: &EventId) -> Result<Vec<Item>, Error> {
        if !self.table.shows(event) {
            return Ok(Vec::new());
        }
        let query = self
            .table
            .client
            .query()
            .table_name(&self.table.name)
            .key_condition_expression("pk = :codes AND begins_with(sk, :code)")
            .expression_attribute_values(":codes", AttributeValue::S(Key::access_code_count(event).pk))
            .expression_attribute_values(":code", AttributeValue::S("CODE#".to_owned()))
            .consistent_read(true);
        query_all(query, Wanted::All, "reading access codes").await
    }
}
