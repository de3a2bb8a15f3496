//! What the template's policies allow each function to do with the tables, as IAM judges it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{LazyLock, Mutex, PoisonError};

use serde_json::Value;
use yaml_rust2::{Yaml, YamlLoader};

use crate::table::{ACCESS_TABLE_NAME, TABLE_NAME};

/// One use of a table, as IAM sees it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TableUse {
    /// The action, such as `dynamodb:PutItem`.
    pub action: String,
    /// The table or index, as the template refers to it.
    pub resource: String,
    /// The partition key of an item that is written.
    pub written: Option<String>,
}

impl fmt::Display for TableUse {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} on {} {}", self.action, self.resource, self.written.as_deref().unwrap_or_default())
    }
}

/// What a statement of a policy allows.
#[derive(Debug, Clone)]
pub struct Statement {
    /// The actions, without wildcards.
    pub actions: Vec<String>,
    /// The tables and indexes, as the template refers to them.
    pub resources: Vec<String>,
    /// The patterns of partition keys, if the statement has a condition on them.
    pub leading_keys: Option<Vec<String>>,
    /// Whether the statement refuses requests without a partition key. The condition on partition
    /// keys alone is true of them.
    pub requires_keys: bool,
}

impl Statement {
    fn allows(&self, wanted: &TableUse) -> bool {
        let is_of_keys = match (&self.leading_keys, &wanted.written) {
            (Some(patterns), Some(key)) => patterns.iter().any(|pattern| is_like(key, pattern)),
            (Some(_), None) => !self.requires_keys,
            (None, _) => true,
        };
        self.actions.contains(&wanted.action) && self.resources.contains(&wanted.resource) && is_of_keys
    }
}

/// Whether a key begins as a pattern says. Every pattern here ends with its only `*`.
fn is_like(key: &str, pattern: &str) -> bool {
    pattern.strip_suffix('*').is_some_and(|beginning| key.starts_with(beginning))
}

/// The statements about the tables, by the name of the function.
#[derive(Debug)]
pub struct Policies(BTreeMap<String, Vec<Statement>>);

static POLICIES: LazyLock<Policies> = LazyLock::new(|| {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../template.yaml");
    Policies::read(&std::fs::read_to_string(path).expect("the template can be read"))
});

/// What functions have done in this process.
static USED: Mutex<BTreeMap<String, BTreeSet<TableUse>>> = Mutex::new(BTreeMap::new());

/// The policies of the template.
pub fn policies() -> &'static Policies {
    &POLICIES
}

/// What functions have done in this process, by their names. Of a written key only the part before
/// the first `#` is told.
pub fn used() -> BTreeMap<String, BTreeSet<TableUse>> {
    USED.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

impl Policies {
    fn read(template: &str) -> Self {
        let documents = YamlLoader::load_from_str(template).expect("the template is YAML");
        let resources = documents[0]["Resources"].as_hash().expect("the template has resources");
        let policies = resources.values().flat_map(|resource| list(&resource["Properties"]["Policies"]));
        let read = |policy: Yaml| {
            let statements = list(&policy["PolicyDocument"]["Statement"]);
            let statements = statements
                .iter()
                .map(statement)
                .filter(|statement| statement.actions.iter().any(|action| action.starts_with("dynamodb:")));
            (policy["PolicyName"].as_str().expect("a name").to_owned(), statements.collect())
        };
        Self(policies.map(read).collect())
    }

    /// The statements of each function.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[Statement])> {
        self.0.iter().map(|(function, statements)| (function.as_str(), statements.as_slice()))
    }

    /// Checks a request of a function, and notes its uses of the tables.
    ///
    /// # Panics
    /// If the function's policy does not allow the request.
    pub(crate) fn enforce(&self, function: &str, operation: &str, body: &str) {
        let statements = self.0.get(function).unwrap_or_else(|| panic!("template.yaml has no policy {function}"));
        for wanted in uses(operation, &serde_json::from_str(body).unwrap_or_default()) {
            assert!(
                statements.iter().any(|statement| statement.allows(&wanted)),
                "the policy of {function} in template.yaml does not allow {wanted}",
            );
            let written = wanted.written.as_deref().and_then(|key| Some(format!("{}#", key.split_once('#')?.0)));
            let mut used = USED.lock().unwrap_or_else(PoisonError::into_inner);
            used.entry(function.to_owned()).or_default().insert(TableUse { written, ..wanted });
        }
    }
}

/// A list, or a single value as a list of one.
fn list(yaml: &Yaml) -> Vec<Yaml> {
    match yaml {
        Yaml::Array(all) => all.clone(),
        Yaml::BadValue => Vec::new(),
        one => vec![one.clone()],
    }
}

fn texts(yaml: &Yaml) -> Vec<String> {
    list(yaml).iter().filter_map(Yaml::as_str).map(str::to_owned).collect()
}

fn statement(yaml: &Yaml) -> Statement {
    let keys = &yaml["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"];
    let lacks_keys = &yaml["Condition"]["Null"]["dynamodb:LeadingKeys"];
    // A reference to the table is a tag, `!GetAtt Table.Arn`, or a text, `!Sub '${Table.Arn}/index/line'`.
    let resources = texts(&yaml["Resource"]).into_iter().map(|resource| resource.replace("${", "").replace('}', ""));
    Statement {
        actions: texts(&yaml["Action"]),
        resources: resources.collect(),
        leading_keys: (!keys.is_badvalue()).then(|| texts(keys)),
        requires_keys: lacks_keys.as_str() == Some("false"),
    }
}

/// The uses of tables in a request. Each item of a transaction is one.
fn uses(operation: &str, body: &Value) -> Vec<TableUse> {
    let action = |name: &str| format!("dynamodb:{name}");
    match operation {
        "BatchGetItem" => {
            let tables = body["RequestItems"].as_object().into_iter().flatten();
            let read = |(table, _): (&String, &Value)| TableUse {
                action: action(operation),
                resource: resource(table, &Value::Null),
                written: None,
            };
            tables.map(read).collect()
        }
        "TransactWriteItems" => {
            let items = body["TransactItems"].as_array().into_iter().flatten();
            let members = items.flat_map(|item| item.as_object().into_iter().flatten());
            let of_item = |(member, request): (&String, &Value)| match member.as_str() {
                "ConditionCheck" => of_request(action("ConditionCheckItem"), request),
                member => of_request(action(&format!("{member}Item")), request),
            };
            members.map(of_item).collect()
        }
        _ => vec![of_request(action(operation), body)],
    }
}

fn of_request(action: String, request: &Value) -> TableUse {
    let is_read = action.ends_with("GetItem") || action.ends_with("Query");
    let key = request["Item"]["pk"]["S"].as_str().or_else(|| request["Key"]["pk"]["S"].as_str());
    TableUse {
        action,
        resource: resource(request["TableName"].as_str().unwrap_or_default(), &request["IndexName"]),
        written: key.filter(|_| !is_read).map(str::to_owned),
    }
}

/// A table or an index of it, as the template refers to it.
fn resource(table: &str, index: &Value) -> String {
    let table = match table {
        TABLE_NAME => "Table.Arn",
        ACCESS_TABLE_NAME => "AccessTable.Arn",
        other => panic!("no function has a table {other}"),
    };
    index.as_str().map_or_else(|| table.to_owned(), |index| format!("{table}/index/{index}"))
}
