//! The names of fields in the document, as docs/api.md writes them: `ticketTypes[].id`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use waitlist_runtime::http::Route;

use super::{DOCUMENT, resolved};

/// The operation of a route.
pub(crate) fn operation(route: &Route) -> &'static Value {
    &DOCUMENT["paths"][route.path][route.method.as_str().to_lowercase()]
}

/// The schema of a route's request body. Null if there is none.
pub(crate) fn request_body(route: &Route) -> &'static Value {
    &operation(route)["requestBody"]["content"]["application/json"]["schema"]
}

/// A named schema.
pub(crate) fn schema(name: &str) -> &'static Value {
    DOCUMENT["components"]["schemas"].get(name).unwrap_or_else(|| panic!("there is no schema {name}"))
}

/// A field of a schema, and whether each object has it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field {
    pub(crate) schema: &'static Value,
    pub(crate) is_required: bool,
}

/// The fields of a schema and of the objects in it, by name.
pub(crate) fn fields(schema: &'static Value) -> BTreeMap<String, Field> {
    let mut fields = BTreeMap::new();
    collect(schema, "", &mut fields);
    fields
}

fn collect(schema: &'static Value, prefix: &str, into: &mut BTreeMap<String, Field>) {
    // Beside a reference there may be more.
    let target = resolved(schema);
    if !std::ptr::eq(target, schema) {
        collect(target, prefix, into);
    }
    let required = schema["required"].as_array();
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let name_here = format!("{prefix}{name}");
        let is_required = required.is_some_and(|required| required.contains(&Value::from(name.as_str())));
        into.entry(name_here.clone()).or_insert(Field { schema: property, is_required });
        collect(property, &format!("{name_here}."), into);
    }
    if let Some(items) = schema.get("items") {
        let prefix = prefix.strip_suffix('.').unwrap_or(prefix);
        collect(items, &format!("{prefix}[]."), into);
    }
    for alternatives in ["anyOf", "oneOf", "allOf"] {
        for alternative in schema[alternatives].as_array().into_iter().flatten() {
            collect(alternative, prefix, into);
        }
    }
}

/// The names of the fields whose schema is as wanted.
pub(crate) fn names_of(schema: &'static Value, is_wanted: &dyn Fn(&Value) -> bool) -> BTreeSet<String> {
    fields(schema).into_iter().filter(|(_, field)| is_wanted(field.schema)).map(|(name, _)| name).collect()
}

/// The names of all fields that a route's requests may have: in the body, in the path and in the
/// query.
pub(crate) fn request_names(route: &Route) -> BTreeSet<String> {
    let parameters = operation(route)["parameters"].as_array().into_iter().flatten().map(resolved);
    let parameters = parameters.filter(|parameter| parameter["in"] != "header");
    let parameters = parameters.filter_map(|parameter| parameter["name"].as_str().map(str::to_owned));
    names_of(request_body(route), &|_| true).into_iter().chain(parameters).collect()
}

/// The names of the fields in a value, written in the same way.
pub(crate) fn names_in(value: &Value) -> BTreeSet<String> {
    fn collect(value: &Value, prefix: &str, into: &mut BTreeSet<String>) {
        match value {
            Value::Array(elements) => {
                let prefix = prefix.strip_suffix('.').unwrap_or(prefix);
                elements.iter().for_each(|element| collect(element, &format!("{prefix}[]."), into));
            }
            Value::Object(object) => {
                for (name, value) in object {
                    let name = format!("{prefix}{name}");
                    collect(value, &format!("{name}."), into);
                    into.insert(name);
                }
            }
            _ => {}
        }
    }
    let mut names = BTreeSet::new();
    collect(value, "", &mut names);
    names
}
