//! The tables of docs/api.md say what `openapi.json` says.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use waitlist_api::routes::ROUTES;
use waitlist_runtime::http::callers::Admits;
use waitlist_runtime::http::problem_kinds::KINDS;

use crate::conformance::DOCUMENT;

fn contract() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/api.md");
    std::fs::read_to_string(path).expect("docs/api.md can be read")
}

/// The text under the heading of each route, by method and path.
fn sections(contract: &str) -> BTreeMap<String, &str> {
    let parts = contract.split("\n### `").skip(1).filter_map(|part| part.split_once("`\n"));
    let of_route = parts.filter(|(heading, _)| heading.contains(" /"));
    let until_next = |text: &'_ str| text.find("\n## ").map_or(text.len(), |end| end);
    of_route.map(|(heading, text)| (heading.to_owned(), &text[..until_next(text)])).collect()
}

/// The names in the first column of the table that follows a title, without those inside of others.
fn fields(section: &str, title: &str) -> BTreeSet<String> {
    let Some((_, table)) = section.split_once(title) else { return BTreeSet::new() };
    let rows = table.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    let first = rows.skip(2).filter_map(|row| row.split('|').nth(1));
    let names = first.flat_map(|cell| cell.split(',')).map(|name| name.trim().trim_matches('`').to_owned());
    names.filter(|name| !name.contains(['.', '['])).collect()
}

fn names(value: &Value) -> BTreeSet<String> {
    value.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
}

#[test]
fn every_route_has_one_section_and_there_are_no_others() {
    let contract = contract();
    let headings: Vec<String> = sections(&contract).into_keys().collect();
    let mut routes: Vec<String> =
        ROUTES.iter().map(|route| format!("{} {}", route.method.as_str(), route.path)).collect();
    routes.sort();
    assert_eq!(headings, routes);
    for route in &routes {
        assert_eq!(contract.matches(&format!("\n### `{route}`\n")).count(), 1, "{route}");
        assert!(contract.contains(&format!("| [`{route}`](#")), "{route} is not in the table of routes");
    }
}

#[test]
fn every_section_says_first_who_may_call() {
    let contract = contract();
    let sections = sections(&contract);
    for route in ROUTES {
        let callers = match route.admits {
            Admits::Organisers => "Who may call: the organiser.\n",
            Admits::Sales => "Who may call: the organiser or a sales system.\n",
            Admits::Customers => "Who may call: the organiser, a sales system or the customer.\n",
            Admits::Anyone => "Who may call: anyone",
        };
        let heading = format!("{} {}", route.method.as_str(), route.path);
        assert!(sections[&heading].starts_with(callers), "{heading}");
    }
}

#[test]
fn every_section_lists_the_fields_and_parameters_of_its_request() {
    let contract = contract();
    let sections = sections(&contract);
    for route in ROUTES {
        let heading = format!("{} {}", route.method.as_str(), route.path);
        let operation = &DOCUMENT["paths"][route.path][route.method.as_str().to_lowercase()];
        let body = &operation["requestBody"]["content"]["application/json"]["schema"]["properties"];
        assert_eq!(fields(sections[&heading], "\n**Body**"), names(body), "the body of {heading}");
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let query = parameters.filter(|parameter| parameter["in"] == "query");
        let query = query.filter_map(|parameter| parameter["name"].as_str());
        // Who calls is said by the token in a link, too.
        let is_link = |scheme: &Value| scheme.get("link").is_some();
        let token = operation["security"].as_array().is_some_and(|schemes| schemes.iter().any(is_link));
        let query: BTreeSet<String> = query.chain(token.then_some("token")).map(str::to_owned).collect();
        assert_eq!(fields(sections[&heading], "\n**Query**"), query, "the query of {heading}");
    }
}

#[test]
fn every_kind_of_problem_has_a_row_and_there_are_no_others() {
    let contract = contract();
    let (_, table) = contract.split_once("| status | slug | when |").expect("there is a table of problems");
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let row = |row: &str| {
        let mut cells = row.split('|').skip(1).map(|cell| cell.trim().trim_matches('`').to_owned());
        (cells.next().unwrap_or_default(), cells.next().unwrap_or_default())
    };
    let documented: BTreeSet<(String, String)> = rows.map(row).collect();
    let known = KINDS.iter().map(|kind| (kind.status.to_string(), kind.slug.to_owned())).collect();
    assert_eq!(documented, known);
}
