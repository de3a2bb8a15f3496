//! Request schemas, from the fields that a reading notes.

use serde_json::{Map, Value, json};
use waitlist_runtime::input::recording::{Field, Form};

/// The schema of a value, an object or a list.
pub(super) fn schema(form: &Form) -> Value {
    match form {
        Form::Value(shape) => schemars::Schema::from(*shape).to_value(),
        Form::Object(fields) => object(fields),
        Form::Named { of } => json!({"type": "object", "additionalProperties": schema(of)}),
        Form::List { of, min, max } => {
            let mut list = json!({"type": "array", "items": schema(of)});
            if *min > 0 {
                list["minItems"] = json!(min);
            }
            if let Some(max) = max {
                list["maxItems"] = json!(max);
            }
            list
        }
        Form::AnyOf(forms) => json!({"anyOf": forms.iter().map(schema).collect::<Vec<_>>()}),
        Form::Anything => json!({}),
    }
}

/// The schema of an object. It has `null` only where that differs from leaving the field out.
pub(super) fn object(fields: &[Field]) -> Value {
    let properties: Map<String, Value> = fields.iter().map(|field| (field.name.clone(), property(field))).collect();
    let required: Vec<&str> = fields.iter().filter(|field| field.required).map(|field| field.name.as_str()).collect();
    let mut object = json!({"type": "object", "properties": properties, "additionalProperties": false});
    if !required.is_empty() {
        object["required"] = json!(required);
    }
    object
}

fn property(field: &Field) -> Value {
    let mut schema = schema(&field.form);
    if !field.nullable {
        return schema;
    }
    match schema.get("type").cloned() {
        Some(one) => {
            schema["type"] = json!([one, "null"]);
            schema
        }
        None => json!({"anyOf": [schema, {"type": "null"}]}),
    }
}

/// A parameter in the path, the query or a header.
pub(super) fn parameter(field: &Field, place: &str) -> Value {
    let schema = schema(&field.form);
    let is_list = schema["type"] == "array";
    let mut parameter = json!({"name": field.name, "in": place, "required": field.required, "schema": schema});
    if is_list {
        // With commas between the values.
        parameter["style"] = json!("form");
        parameter["explode"] = json!(false);
    }
    parameter
}
