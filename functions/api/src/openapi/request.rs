//! Request schemas, from the fields that a reading notes.

use serde_json::{Map, Value, json};
use waitlist_runtime::input::recording::{Field, Form};

/// The schema of a value, an object or a list.
pub(super) fn schema(form: &Form) -> Value {
    match form {
        Form::Value(shape) => schemars::Schema::from(*shape).to_value(),
        Form::Object(fields) => object(fields),
        Form::Named { of, nullable } => {
            json!({"type": "object", "additionalProperties": or_null(schema(of), *nullable)})
        }
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

/// The schema of an object. `null` means the same as leaving a field out, unless the field is noted
/// as nullable.
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
    let form = schema(&field.form);
    or_null(form, !field.required)
}

fn or_null(schema: Value, nullable: bool) -> Value {
    if nullable { json!({"anyOf": [schema, {"type": "null"}]}) } else { schema }
}

/// A parameter in the path or the query.
pub(super) fn parameter(field: &Field, place: &str) -> Value {
    json!({"name": field.name, "in": place, "required": field.required, "schema": schema(&field.form)})
}
