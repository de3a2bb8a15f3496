//! The tables of docs/api.md say what `openapi.json` says.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use waitlist_api::routes::ROUTES;
use waitlist_runtime::http::Route;
use waitlist_runtime::http::callers::Admits;
use waitlist_runtime::http::problem_kinds::KINDS;

use crate::conformance::names::{Field, fields, operation, request_body, schema};
use crate::conformance::resolved;

fn contract() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/api.md");
    std::fs::read_to_string(path).expect("docs/api.md can be read")
}

/// The heading of a route's section.
fn heading(route: &Route) -> String {
    format!("{} {}", route.method.as_str(), route.path)
}

/// The text under the heading of each route, by method and path.
fn sections(contract: &str) -> BTreeMap<String, &str> {
    let parts = contract.split("\n### `").skip(1).filter_map(|part| part.split_once("`\n"));
    let of_route = parts.filter(|(heading, _)| heading.contains(" /"));
    let until_next = |text: &'_ str| text.find("\n## ").map_or(text.len(), |end| end);
    of_route.map(|(heading, text)| (heading.to_owned(), &text[..until_next(text)])).collect()
}

/// The rows of the table that follows a title, without its head. Each row is a list of cells.
fn rows<'text>(text: &'text str, title: &str) -> Vec<Vec<&'text str>> {
    let Some((_, table)) = text.split_once(title) else { return Vec::new() };
    let table = table.split("\n#").next().unwrap_or_default();
    let rows = table.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    rows.skip(2).map(|row| row.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

/// The second and third column of a table of fields, by the name in the first.
fn fields_of(text: &str, title: &str) -> BTreeMap<String, (String, String)> {
    let cell = |cells: &[&str], index: usize| cells.get(index).copied().unwrap_or_default().to_owned();
    let named = |cells: Vec<&str>| (cells[0].trim_matches('`').to_owned(), (cell(&cells, 1), cell(&cells, 2)));
    rows(text, title).into_iter().map(named).collect()
}

/// The type of a value, as docs/api.md writes it.
fn type_of(schema: &'static Value) -> String {
    let reference = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next());
    match reference {
        Some("Id") => return "id".to_owned(),
        Some("Time") => return "time".to_owned(),
        Some("Duration") => return "duration".to_owned(),
        Some("Seconds") => return "number".to_owned(),
        _ => {}
    }
    let schema = resolved(schema);
    let or_null = |one: String| format!("{one} or `null`");
    let is_date = schema["format"] == "date";
    let word = |kind: &Value| match kind.as_str().unwrap_or_default() {
        "string" if is_date => "date".to_owned(),
        "string" => "text".to_owned(),
        "integer" => "whole number".to_owned(),
        "array" => "list".to_owned(),
        other => other.to_owned(),
    };
    let alternatives = schema["anyOf"].as_array().or(schema["oneOf"].as_array());
    match (&schema["type"], alternatives.map(Vec::as_slice)) {
        (kind @ Value::String(_), _) => word(kind),
        (Value::Array(types), _) => or_null(word(&types[0])),
        (_, Some([one, null])) if null["type"] == "null" => or_null(type_of(one)),
        (_, Some([one, ..])) => type_of(one),
        _ => format!("unknown: {schema}"),
    }
}

/// Compares a table of fields in docs/api.md with the document.
fn compare_types(about: &str, documented: &BTreeMap<String, (String, String)>, fields: &BTreeMap<String, Field>) {
    for (name, (kind, _)) in documented {
        let field = fields.get(name).unwrap_or_else(|| panic!("{about}: openapi.json has no {name}"));
        assert_eq!(*kind, type_of(field.schema), "{about}: {name}");
    }
}

fn with_prefix<T>(fields: BTreeMap<String, T>, prefix: &str) -> BTreeMap<String, T> {
    fields.into_iter().map(|(name, field)| (format!("{prefix}{name}"), field)).collect()
}

/// Every field of an event's rules in a request: the rules, and the questions in them.
fn names_of_rules(contract: &str) -> impl Iterator<Item = String> {
    let rules = fields_of(contract, "\n### Waitlist rules\n").into_keys();
    rules.chain(with_prefix(fields_of(contract, "\n### Questions\n"), "waitlist.form[].").into_keys())
}

#[test]
fn every_route_has_one_section_and_there_are_no_others() {
    let contract = contract();
    let headings: Vec<String> = sections(&contract).into_keys().collect();
    let mut routes: Vec<String> = ROUTES.iter().map(heading).collect();
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
            Admits::Viewers => "Who may call: the organiser or a viewer.\n",
            Admits::Sales => "Who may call: the organiser or a sales system.\n",
            Admits::Keys => "Who may call: the organiser, a sales system or a viewer.\n",
            Admits::Customers => "Who may call: the organiser, a sales system or the customer.\n",
            Admits::Readers => "Who may call: the organiser, a sales system, a viewer or the customer.\n",
            Admits::Anyone => "Who may call: anyone",
        };
        let heading = heading(route);
        assert!(sections[&heading].starts_with(callers), "{heading}");
    }
}

#[test]
fn every_section_lists_the_fields_and_parameters_of_its_request() {
    let contract = contract();
    let sections = sections(&contract);
    for route in ROUTES {
        let heading = heading(route);
        let described = fields(request_body(route));
        let documented = fields_of(sections[&heading], "\n**Body**");
        for (name, (kind, required)) in &documented {
            let field = described.get(name).unwrap_or_else(|| panic!("{heading}: openapi.json has no {name}"));
            assert_eq!(required == "yes", field.is_required, "{heading}: {name}");
            assert_eq!(*kind, type_of(field.schema), "{heading}: {name}");
        }
        let has_rules = documented.contains_key("waitlist");
        let rules = names_of_rules(&contract).filter(|_| has_rules);
        let names: BTreeSet<String> = documented.into_keys().chain(rules).collect();
        assert_eq!(names, described.into_keys().collect(), "the body of {heading}");

        let parameters = operation(route)["parameters"].as_array().into_iter().flatten().map(resolved);
        let query = parameters.filter(|parameter| parameter["in"] == "query");
        let query = query.filter_map(|parameter| parameter["name"].as_str());
        // Who calls is said by the token in a link, too.
        let is_link = |scheme: &Value| scheme.get("link").is_some();
        let schemes = operation(route)["security"].as_array();
        let token = schemes.is_some_and(|schemes| schemes.iter().any(is_link));
        let query: BTreeSet<String> = query.chain(token.then_some("token")).map(str::to_owned).collect();
        let documented: BTreeSet<String> = fields_of(sections[&heading], "\n**Query**").into_keys().collect();
        assert_eq!(documented, query, "the query of {heading}");
    }
}

/// The limits in a text, such as `1 to 100,000`.
fn limits(text: &str) -> Vec<[i64; 2]> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let number = |word: &str| word.trim_end_matches(['.', ',', ':', ';']).replace(',', "").parse::<i64>().ok();
    let pair = |words: &[&str]| match words {
        [least, "to", most] => Some([number(least)?, number(most)?]),
        _ => None,
    };
    words.windows(3).filter_map(pair).collect()
}

/// Whether a value, or a part of it, has these limits.
fn has_limits(schema: &'static Value, limits: [i64; 2]) -> bool {
    let schema = resolved(schema);
    let ends = [["minimum", "maximum"], ["minLength", "maxLength"], ["minItems", "maxItems"]];
    let parts = ["items", "additionalProperties"].into_iter().filter_map(|part| schema.get(part));
    let parts = parts.chain(schema["anyOf"].as_array().into_iter().flatten());
    ends.into_iter().any(|ends| ends.map(|end| schema[end].as_i64()) == limits.map(Some))
        || parts.into_iter().any(|part| has_limits(part, limits))
}

#[test]
fn every_documented_limit_of_a_request_holds() {
    let contract = contract();
    let sections = sections(&contract);
    let mut described: BTreeMap<String, BTreeMap<String, &Value>> = BTreeMap::new();
    for route in ROUTES {
        let body = fields(request_body(route)).into_iter().map(|(name, field)| (name, field.schema));
        let parameters = operation(route)["parameters"].as_array().into_iter().flatten().map(resolved);
        let name = |parameter: &Value| parameter["name"].as_str().expect("a text").to_owned();
        let parameters = parameters.map(|parameter| (name(parameter), &parameter["schema"]));
        described.insert(heading(route), body.chain(parameters).collect());
    }
    // A table, the fields that it may be about, and what stands before their names.
    let mut tables = vec![
        (rows(&contract, "\n### Waitlist rules\n"), "PUT /api/events/{eventId}", ""),
        (rows(&contract, "\n### Questions\n"), "PUT /api/events/{eventId}", "waitlist.form[]."),
    ];
    for (heading, section) in &sections {
        tables.push((rows(section, "\n**Body**"), heading, ""));
        tables.push((rows(section, "\n**Query**"), heading, ""));
    }
    let mut count = 0;
    for (rows, heading, prefix) in tables {
        for row in rows {
            for limits in limits(&row[1..].join(" ")) {
                let name = format!("{prefix}{}", row[0].trim_matches('`'));
                assert!(has_limits(described[heading][&name], limits), "{heading}: {name} {limits:?}");
                count += 1;
            }
        }
    }
    // These hold wherever a field has the name.
    for row in rows(&contract, "\n## Values and limits\n") {
        for name in row[0].split(", ").filter_map(|name| name.strip_prefix('`')?.strip_suffix('`')) {
            let is_it = |(field, _): &(&String, &&'static Value)| field.rsplit(['.', ']']).next() == Some(name);
            let schemas = described.values().flatten().filter(is_it).map(|(_, schema)| *schema);
            for (schema, limits) in
                schemas.flat_map(|schema| limits(row[1]).into_iter().map(move |limits| (schema, limits)))
            {
                assert!(has_limits(schema, limits), "{name} {limits:?}");
                count += 1;
            }
        }
    }
    assert!(count > 30, "{count} limits");
}

#[test]
fn questions_are_documented_as_they_are_read_and_shown() {
    let contract = contract();
    let documented = fields_of(&contract, "\n### Questions\n");
    let put = ROUTES.iter().find(|route| route.function == "put-event").expect("events are put");
    let described = fields(request_body(put));
    for (name, (kind, required)) in &documented {
        let field = &described[&format!("waitlist.form[].{name}")];
        assert_eq!((required == "yes", kind.as_str()), (field.is_required, &*type_of(field.schema)), "{name}");
    }
    let shown: BTreeSet<String> = fields(schema("Question")).into_keys().collect();
    assert_eq!(documented.into_keys().collect::<BTreeSet<_>>(), shown);
}

#[test]
fn every_object_of_responses_is_documented_with_all_its_fields() {
    let contract = contract();
    for (heading, name) in [
        ("Registration object", "RegistrationView"),
        ("Entry object", "EntryView"),
        ("Release object", "ReleaseView"),
        ("Access code object", "CodeView"),
        ("Statistics object", "NumbersView"),
        ("Rows of an entry", "EntryDeedView"),
        ("Rows of seats", "SeatsDeedView"),
        ("Rows of steering", "SteeringDeedView"),
        ("Rows of a release", "ReleaseDeedView"),
        ("Rows of an access code", "CodeDeedView"),
        ("Rows of a message", "MessageDeedView"),
    ] {
        let documented = fields_of(&contract, &format!("# {heading}\n"));
        let described = fields(schema(name));
        compare_types(heading, &documented, &described);
        assert_eq!(documented.into_keys().collect::<BTreeSet<_>>(), described.into_keys().collect(), "{heading}");
    }
}

#[test]
fn an_event_is_documented_with_all_its_fields() {
    let contract = contract();
    let documented = fields_of(&contract, "\n### Event object\n");
    let described = fields(schema("EventView"));
    compare_types("Event object", &documented, &described);
    let names: BTreeSet<String> = documented.into_keys().chain(names_of_rules(&contract)).collect();
    assert_eq!(names, described.into_keys().collect());
}

#[test]
fn the_response_of_every_section_is_documented() {
    let contract = contract();
    let sections = sections(&contract);
    for route in ROUTES {
        let heading = heading(route);
        // The responses without a table of their own are documented objects.
        let documented = fields_of(sections[&heading], "\n**Response**");
        let responses = operation(route)["responses"].as_object().into_iter().flatten();
        let contents = responses
            .filter(|(status, _)| status.as_str() < "400")
            .filter_map(|(_, response)| response["content"].get("application/json"));
        let mut described = BTreeMap::new();
        for content in contents {
            described.extend(fields(&content["schema"]));
        }
        compare_types(&heading, &documented, &described);
        // These show the fields of an object as well.
        let shows_an_object = matches!(route.function, "join" | "create-code" | "get-entry" | "send-phone-code");
        if !documented.is_empty() && !shows_an_object {
            let at_the_top: BTreeSet<String> =
                described.into_keys().filter(|name| !name.contains(['.', '['])).collect();
            let names = documented.into_keys().filter(|name| !name.contains(['.', '[']));
            assert_eq!(names.collect::<BTreeSet<_>>(), at_the_top, "{heading}");
        }
    }
}

#[test]
fn the_table_of_routes_says_who_may_call_and_the_status_of_success() {
    let contract = contract();
    let rows = rows(&contract, "\n## Routes\n");
    assert_eq!(rows.len(), ROUTES.len());
    for route in ROUTES {
        let heading = heading(route);
        let row = rows.iter().find(|row| row[0].starts_with(&format!("[`{heading}`]"))).expect("each route has a row");
        let callers = match route.admits {
            Admits::Organisers => "organiser",
            Admits::Viewers => "organiser, viewer",
            Admits::Sales => "organiser, sales",
            Admits::Keys => "organiser, sales, viewer",
            Admits::Customers => "organiser, sales, customer",
            Admits::Readers => "organiser, sales, viewer, customer",
            Admits::Anyone => "anyone",
        };
        assert_eq!(row[1], callers, "{heading}");
        let numbers = row[2].split(|character: char| !character.is_ascii_digit());
        let statuses: BTreeSet<&str> = numbers.filter(|number| number.len() == 3).collect();
        let responses =
            operation(route)["responses"].as_object().into_iter().flatten().map(|(status, _)| status.as_str());
        assert_eq!(statuses, responses.filter(|status| *status < "400").collect(), "{heading}");
    }
}

#[test]
fn a_slash_in_an_id_may_lead_to_a_path_with_other_methods() {
    let refuses = |route: &&Route| operation(route)["responses"].get("405").is_some();
    let refusing: Vec<String> = ROUTES.iter().filter(refuses).map(heading).collect();
    for longer_has_others in ["PUT /api/events/{eventId}", "POST /api/waitlist/codes/{eventId}"] {
        assert!(refusing.iter().any(|heading| heading == longer_has_others), "{longer_has_others}: {refusing:?}");
    }
    let without_id = refusing.iter().find(|heading| !heading.contains('{'));
    assert_eq!(without_id, None, "only an id can have a slash in it");
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
