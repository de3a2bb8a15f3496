//! Response schemas.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value};
use waitlist_domain::json_schema;

use super::problems;

/// Collects the schemas that responses refer to.
#[derive(Debug)]
pub(crate) struct Schemas(SchemaGenerator);

impl Schemas {
    pub(crate) fn new() -> Self {
        let mut settings = SchemaSettings::draft2020_12().for_serialize();
        settings.definitions_path = json_schema::DEFINITIONS.into();
        Self(settings.into_generator())
    }

    /// The schema of a view. A named schema is given by reference.
    pub(crate) fn of<View: JsonSchema>(&mut self) -> Value {
        self.0.subschema_for::<View>().to_value()
    }

    /// All schemas by name.
    pub(crate) fn into_definitions(mut self) -> Map<String, Value> {
        let mut definitions = self.0.take_definitions(true);
        for schema in definitions.values_mut() {
            without_null_where_left_out(schema);
        }
        definitions.extend(json_schema::named().map(|(name, schema)| (name.to_owned(), schema.to_value())));
        definitions.insert("Problem".to_owned(), problems::schema());
        definitions
    }
}

/// A member that is left out when there is nothing to show is never `null`.
fn without_null_where_left_out(schema: &mut Value) {
    match schema {
        Value::Array(elements) => elements.iter_mut().for_each(without_null_where_left_out),
        Value::Object(object) => {
            let required: Vec<Value> = object.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
            if let Some(Value::Object(properties)) = object.get_mut("properties") {
                let left_out =
                    properties.iter_mut().filter(|(name, _)| !required.contains(&Value::from(name.as_str())));
                left_out.for_each(|(_, property)| without_null(property));
            }
            object.values_mut().for_each(without_null_where_left_out);
        }
        _ => {}
    }
}

fn without_null(property: &mut Value) {
    let Value::Object(object) = property else { return };
    if let Some(Value::Array(types)) = object.get_mut("type") {
        types.retain(|one| one != "null");
        if let [one] = types.as_slice() {
            let one = one.clone();
            object.insert("type".to_owned(), one);
        }
    }
    if let Some(Value::Array(words)) = object.get_mut("enum") {
        words.retain(|one| !one.is_null());
    }
    if let Some(Value::Array(options)) = object.get_mut("anyOf") {
        options.retain(|one| one["type"] != "null");
        if let [one] = options.as_slice() {
            *property = one.clone();
        }
    }
}
