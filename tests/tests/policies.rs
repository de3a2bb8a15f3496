//! The policies of the template allow what the functions do, and nothing else.
//!
//! The in-process cloud refuses every call that the policy of its function does not allow. Here the
//! functions do all that they may do, so that a needless permission shows.

use std::collections::BTreeSet;

use waitlist_tests::policies::{Statement, policies, used};

use crate::{events, histories};

/// How many histories are told. Together they meet every write that a policy allows.
const HISTORIES: u64 = 150;

const WRITES: [&str; 4] =
    ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem"];

/// Every statement about a table, with the name of its function.
fn statements_on(table: &str) -> impl Iterator<Item = (&'static str, &'static Statement)> {
    let statements = policies().iter().flat_map(|(function, all)| all.iter().map(move |one| (function, one)));
    statements.filter(move |(_, statement)| statement.resources.iter().any(|resource| resource == table))
}

fn writes(statement: &Statement) -> bool {
    statement.actions.iter().any(|action| WRITES.contains(&&**action))
}

#[test]
fn functions_only_get_single_items_of_the_table_of_keys() {
    let mut functions = BTreeSet::new();
    for (function, statement) in statements_on("AccessTable.Arn") {
        assert_eq!(statement.actions, ["dynamodb:GetItem"], "{function}");
        functions.insert(function);
    }
    let routes = waitlist_api::routes::ROUTES.iter().map(|route| route.function);
    assert_eq!(functions, routes.collect(), "every endpoint reads keys, and nothing else does");
}

#[test]
fn every_statement_that_writes_names_the_partition_keys() {
    for (function, statement) in statements_on("Table.Arn").filter(|(_, statement)| writes(statement)) {
        let keys = statement.leading_keys.as_ref().unwrap_or_else(|| panic!("{function} may write any item"));
        assert!(!keys.is_empty() && statement.requires_keys, "{function}");
        for key in keys {
            let kind = key.strip_suffix("#*").unwrap_or_else(|| panic!("{function}: {key} does not end with #*"));
            let is_kind = !kind.is_empty() && kind != "KEY" && kind.bytes().all(|byte| byte.is_ascii_uppercase());
            assert!(is_kind, "{function}: {key}");
        }
        let only_writes = statement.actions.iter().all(|action| WRITES.contains(&&**action));
        assert!(only_writes, "{function}: reads are not limited by partition keys");
    }
}

#[test]
fn no_policy_allows_what_its_function_never_does() {
    events::do_everything();
    histories::tell_some(HISTORIES);
    let used = used();
    let mut needless = BTreeSet::new();
    for (function, statements) in policies().iter() {
        let uses = used.get(function).cloned().unwrap_or_default();
        for statement in statements {
            let of_tables =
                statement.actions.iter().filter(|action| !action.contains("Stream") && !action.contains("Records"));
            for action in of_tables.filter(|action| *action != "dynamodb:GetShardIterator") {
                for resource in &statement.resources {
                    if !uses.iter().any(|used| used.action == *action && used.resource == *resource) {
                        needless.insert(format!("{function}: {action} on {resource}"));
                    }
                }
            }
            for pattern in statement.leading_keys.iter().flatten() {
                let beginning = pattern.trim_end_matches('*');
                if !uses.iter().any(|used| used.written.as_deref() == Some(beginning)) {
                    needless.insert(format!("{function}: writes to {pattern}"));
                }
            }
        }
    }
    assert!(needless.is_empty(), "{needless:#?}");
}
