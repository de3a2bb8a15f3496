//! Update and condition expressions. Every attribute has an alias, because DynamoDB reserves many
//! words.

use std::collections::HashMap;

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::{
    AttributeValue, ConditionCheck, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update,
};
use waitlist_domain::values::time::Timestamp;

use crate::dynamo::item::Item;
use crate::dynamo::key::Key;
use crate::dynamo::table::DynamoTable;

/// A value as DynamoDB stores it.
#[derive(Debug, Clone)]
pub(crate) struct Value(pub(crate) AttributeValue);

macro_rules! value_from {
    ($($type:ty => |$value:ident| $attribute:expr;)*) => {
        $(impl From<$type> for Value {
            fn from($value: $type) -> Self {
                Self($attribute)
            }
        })*
    };
}

value_from! {
    &str => |text| AttributeValue::S(text.to_owned());
    String => |text| AttributeValue::S(text);
    u64 => |number| AttributeValue::N(number.to_string());
    u32 => |number| AttributeValue::N(number.to_string());
    i64 => |number| AttributeValue::N(number.to_string());
    bool => |flag| AttributeValue::Bool(flag);
    Timestamp => |instant| AttributeValue::N(instant.milliseconds().to_string());
    &[u8] => |bytes| AttributeValue::B(Blob::new(bytes));
    AttributeValue => |value| value;
}

/// An alternative of [`Expression::when_any`].
#[derive(Debug, Clone)]
pub(crate) enum Alternative {
    /// The item does not exist.
    Absent,
    /// The attribute does not exist.
    Lacks(&'static str),
    /// The attribute equals the value.
    Equal(&'static str, Value),
    /// The attribute is at most the value.
    AtMost(&'static str, Value),
}

/// The changes of a write and its conditions.
#[derive(Debug, Default)]
pub(crate) struct Expression {
    sets: Vec<String>,
    removes: Vec<String>,
    adds: Vec<String>,
    conditions: Vec<String>,
    names: HashMap<String, String>,
    values: HashMap<String, AttributeValue>,
}

impl Expression {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn set(mut self, attribute: &str, value: impl Into<Value>) -> Self {
        let (name, value) = (self.name(attribute), self.value(value));
        self.sets.push(format!("{name} = {value}"));
        self
    }

    pub(crate) fn set_if_some(self, attribute: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.set(attribute, value),
            None => self,
        }
    }

    /// Sets the attribute to the value, or removes it if there is none.
    pub(crate) fn set_or_remove(self, attribute: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.set(attribute, value),
            None => self.remove(&[attribute]),
        }
    }

    /// Sets an attribute to the value of another before this write. If that is missing, sets it to
    /// an empty string.
    pub(crate) fn set_to_other(mut self, attribute: &str, other: &str) -> Self {
        let (name, other, nothing) = (self.name(attribute), self.name(other), self.value(""));
        self.sets.push(format!("{name} = if_not_exists({other}, {nothing})"));
        self
    }

    /// Adds to an existing number. Adding 0 writes nothing.
    pub(crate) fn add(mut self, attribute: &str, number: impl Into<i64>) -> Self {
        let number = number.into();
        if number != 0 {
            let (name, value) = (self.name(attribute), self.value(number));
            self.sets.push(format!("{name} = {name} + {value}"));
        }
        self
    }

    /// Adds to a number that may be missing and then counts as 0.
    pub(crate) fn add_to_missing(mut self, attribute: &str, number: u64) -> Self {
        let (name, value, zero) = (self.name(attribute), self.value(number), self.value(0u64));
        self.sets.push(format!("{name} = if_not_exists({name}, {zero}) + {value}"));
        self
    }

    /// Sets an attribute to the value of another one plus a number.
    pub(crate) fn set_to_sum(mut self, attribute: &str, addend: &str, number: u64) -> Self {
        let (name, addend, value) = (self.name(attribute), self.name(addend), self.value(number));
        self.sets.push(format!("{name} = {addend} + {value}"));
        self
    }

    pub(crate) fn remove(mut self, attributes: &[&str]) -> Self {
        for attribute in attributes {
            let name = self.name(attribute);
            self.removes.push(name);
        }
        self
    }

    /// Adds to a number that may be missing, with an `ADD` clause. Concurrent increases all count.
    pub(crate) fn increase(mut self, attribute: &str, number: u64) -> Self {
        let (name, value) = (self.name(attribute), self.value(number));
        self.adds.push(format!("{name} {value}"));
        self
    }

    /// Adds a time to a number set.
    pub(crate) fn add_moment(mut self, attribute: &str, moment: Timestamp) -> Self {
        let set = AttributeValue::Ns(vec![moment.milliseconds().to_string()]);
        let (name, value) = (self.name(attribute), self.value(set));
        self.adds.push(format!("{name} {value}"));
        self
    }

    /// Adds a text to a string set.
    pub(crate) fn add_text(mut self, attribute: &str, text: String) -> Self {
        let (name, value) = (self.name(attribute), self.value(AttributeValue::Ss(vec![text])));
        self.adds.push(format!("{name} {value}"));
        self
    }

    /// Adds texts to a set of texts. There must be one.
    pub(crate) fn add_to_set(mut self, attribute: &str, texts: Vec<String>) -> Self {
        let (name, value) = (self.name(attribute), self.value(AttributeValue::Ss(texts)));
        self.adds.push(format!("{name} {value}"));
        self
    }

    /// The string set is missing or has fewer texts.
    pub(crate) fn when_fewer_texts(mut self, attribute: &str, most: u64) -> Self {
        let (name, value) = (self.name(attribute), self.value(most));
        self.conditions.push(format!("(attribute_not_exists({name}) OR size({name}) < {value})"));
        self
    }

    pub(crate) fn when_exists(self) -> Self {
        self.when("attribute_exists", "pk")
    }

    pub(crate) fn when_absent(self, attribute: &str) -> Self {
        self.when("attribute_not_exists", attribute)
    }

    pub(crate) fn when_equal(self, attribute: &str, value: impl Into<Value>) -> Self {
        self.compare(attribute, "=", value)
    }

    pub(crate) fn when_at_least(self, attribute: &str, value: impl Into<Value>) -> Self {
        self.compare(attribute, ">=", value)
    }

    pub(crate) fn when_at_most(self, attribute: &str, value: impl Into<Value>) -> Self {
        self.compare(attribute, "<=", value)
    }

    pub(crate) fn when_more_than(self, attribute: &str, value: impl Into<Value>) -> Self {
        self.compare(attribute, ">", value)
    }

    /// The attribute equals the value, or is missing if the value is `None`.
    pub(crate) fn when_still(self, attribute: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.when_equal(attribute, value),
            None => self.when_absent(attribute),
        }
    }

    /// The attribute is missing or equals the value.
    pub(crate) fn when_equal_if_there(mut self, attribute: &str, value: impl Into<Value>) -> Self {
        let (name, value) = (self.name(attribute), self.value(value));
        self.conditions.push(format!("(attribute_not_exists({name}) OR {name} = {value})"));
        self
    }

    pub(crate) fn when_attribute_at_most(mut self, attribute: &str, other: &str) -> Self {
        let condition = format!("{} <= {}", self.name(attribute), self.name(other));
        self.conditions.push(condition);
        self
    }

    pub(crate) fn when_attribute_below(mut self, attribute: &str, other: &str) -> Self {
        let condition = format!("{} < {}", self.name(attribute), self.name(other));
        self.conditions.push(condition);
        self
    }

    pub(crate) fn when_one_of<V: Into<Value>>(mut self, attribute: &str, choices: impl IntoIterator<Item = V>) -> Self {
        let name = self.name(attribute);
        let values: Vec<String> = choices.into_iter().map(|choice| self.value(choice)).collect();
        self.conditions.push(format!("{name} IN ({})", values.join(", ")));
        self
    }

    /// The attribute is missing or has another value.
    pub(crate) fn when_not(mut self, attribute: &str, value: impl Into<Value>) -> Self {
        let (name, value) = (self.name(attribute), self.value(value));
        self.conditions.push(format!("(attribute_not_exists({name}) OR {name} <> {value})"));
        self
    }

    /// At least one of the alternatives holds.
    pub(crate) fn when_any(mut self, alternatives: impl IntoIterator<Item = Alternative>) -> Self {
        let conditions: Vec<String> =
            alternatives.into_iter().map(|alternative| self.alternative(alternative)).collect();
        self.conditions.push(format!("({})", conditions.join(" OR ")));
        self
    }

    fn alternative(&mut self, alternative: Alternative) -> String {
        match alternative {
            Alternative::Absent => format!("attribute_not_exists({})", self.name("pk")),
            Alternative::Lacks(attribute) => format!("attribute_not_exists({})", self.name(attribute)),
            Alternative::Equal(attribute, value) => format!("{} = {}", self.name(attribute), self.value(value)),
            Alternative::AtMost(attribute, value) => format!("{} <= {}", self.name(attribute), self.value(value)),
        }
    }

    fn when(mut self, function: &str, attribute: &str) -> Self {
        let condition = format!("{function}({})", self.name(attribute));
        self.conditions.push(condition);
        self
    }

    fn compare(mut self, attribute: &str, operator: &str, value: impl Into<Value>) -> Self {
        let (name, value) = (self.name(attribute), self.value(value));
        self.conditions.push(format!("{name} {operator} {value}"));
        self
    }

    fn name(&mut self, attribute: &str) -> String {
        let is_plain = attribute.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let known = || self.names.iter().find(|(_, name)| *name == attribute).map(|(alias, _)| alias.clone());
        let alias = match (is_plain, known()) {
            (true, _) => format!("#{attribute}"),
            (false, Some(alias)) => alias,
            (false, None) => format!("#n{}", self.names.len()),
        };
        self.names.insert(alias.clone(), attribute.to_owned());
        alias
    }

    fn value(&mut self, value: impl Into<Value>) -> String {
        let alias = format!(":v{}", self.values.len());
        self.values.insert(alias.clone(), value.into().0);
        alias
    }

    fn update_text(&self) -> Option<String> {
        let mut clauses = Vec::new();
        if !self.sets.is_empty() {
            clauses.push(format!("SET {}", self.sets.join(", ")));
        }
        if !self.removes.is_empty() {
            clauses.push(format!("REMOVE {}", self.removes.join(", ")));
        }
        if !self.adds.is_empty() {
            clauses.push(format!("ADD {}", self.adds.join(", ")));
        }
        (!clauses.is_empty()).then(|| clauses.join(" "))
    }

    fn condition_text(&self) -> Option<String> {
        (!self.conditions.is_empty()).then(|| self.conditions.join(" AND "))
    }

    fn values(&self) -> Option<HashMap<String, AttributeValue>> {
        (!self.values.is_empty()).then(|| self.values.clone())
    }

    /// This change as one item of a transaction. If it changes nothing, it becomes a condition
    /// check.
    pub(crate) fn in_transaction(self, table: &DynamoTable, key: Key) -> TransactWriteItem {
        let attributes = key.into_attributes();
        let condition = self.condition_text();
        let values = self.values();
        let item = TransactWriteItem::builder();
        let complete = "table, key and expression are set";
        match self.update_text() {
            Some(update) => {
                let update = Update::builder()
                    .table_name(&table.name)
                    .set_key(Some(attributes))
                    .update_expression(update)
                    .set_condition_expression(condition)
                    .set_expression_attribute_names(Some(self.names))
                    .set_expression_attribute_values(values)
                    .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
                item.update(update.build().expect(complete)).build()
            }
            None => {
                let check = ConditionCheck::builder()
                    .table_name(&table.name)
                    .set_key(Some(attributes))
                    .set_condition_expression(condition)
                    .set_expression_attribute_names(Some(self.names))
                    .set_expression_attribute_values(values);
                item.condition_check(check.build().expect(complete)).build()
            }
        }
    }

    /// A put as one item of a transaction, under this expression's conditions.
    pub(crate) fn put_in_transaction(self, table: &DynamoTable, item: Item) -> TransactWriteItem {
        let put = Put::builder()
            .table_name(&table.name)
            .set_item(Some(item))
            .set_condition_expression(self.condition_text())
            .set_expression_attribute_values(self.values())
            .set_expression_attribute_names((!self.names.is_empty()).then_some(self.names))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        TransactWriteItem::builder().put(put.build().expect("table and item are set")).build()
    }

    /// This change as an update request.
    pub(crate) fn update(
        self,
        table: &DynamoTable,
        key: Key,
    ) -> aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder {
        let (update, condition, values) = (self.update_text(), self.condition_text(), self.values());
        table
            .client
            .update_item()
            .table_name(&table.name)
            .set_key(Some(key.into_attributes()))
            .set_update_expression(update)
            .set_condition_expression(condition)
            .set_expression_attribute_names(Some(self.names))
            .set_expression_attribute_values(values)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
    }

    /// A put request under this expression's conditions.
    pub(crate) fn put(
        self,
        table: &DynamoTable,
        item: Item,
    ) -> aws_sdk_dynamodb::operation::put_item::builders::PutItemFluentBuilder {
        table
            .client
            .put_item()
            .table_name(&table.name)
            .set_item(Some(item))
            .set_condition_expression(self.condition_text())
            .set_expression_attribute_values(self.values())
            .set_expression_attribute_names((!self.names.is_empty()).then_some(self.names))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
    }
}
