//! Notes the fields that a reading asks for, so that the code that reads a route's requests also
//! describes them.

use waitlist_domain::values::shape::Shape;

/// What a field may hold.
#[derive(Debug, Clone, PartialEq)]
pub enum Form {
    /// One value.
    Value(Shape),
    /// An object with these fields.
    Object(Vec<Field>),
    /// An object with fields of any name. Each field has this form.
    Named {
        /// What each field holds.
        of: Box<Self>,
    },
    /// A list.
    List {
        /// The form of each element.
        of: Box<Self>,
        /// The fewest elements.
        min: usize,
        /// The most elements, if there is a limit.
        max: Option<usize>,
    },
    /// Any one of these forms.
    AnyOf(Vec<Self>),
    /// Any JSON, because the stored data decides.
    Anything,
}

/// A field of an object, or a parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The field's name.
    pub name: String,
    /// Whether every request needs the field.
    pub required: bool,
    /// Whether `null` differs from a missing field.
    pub nullable: bool,
    /// The form of the field's value.
    pub form: Form,
}

/// The parameters and fields that a route's requests may have.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Recording {
    /// The parameters in the path.
    pub path: Vec<Field>,
    /// The parameters in the query.
    pub query: Vec<Field>,
    /// The fields of the body.
    pub body: Vec<Field>,
}

impl Form {
    /// A list of values.
    pub(crate) fn list(of: Self, sizes: std::ops::RangeInclusive<usize>) -> Self {
        let (min, max) = sizes.into_inner();
        Self::List { of: Box::new(of), min, max: Some(max).filter(|max| *max != usize::MAX) }
    }
}

/// Whether a reading requires a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    Required,
    Optional,
    /// Optional, and `null` differs from a missing field.
    Nullable,
}

/// The noted fields of one object, if notes are taken.
#[derive(Debug, Default)]
pub(crate) struct Notes(Option<Vec<Field>>);

impl Notes {
    pub(crate) fn taken() -> Self {
        Self(Some(Vec::new()))
    }

    pub(crate) fn are_taken(&self) -> bool {
        self.0.is_some()
    }

    pub(crate) fn add(&mut self, name: &str, need: Need, form: Form) {
        if let Some(fields) = &mut self.0 {
            let (required, nullable) = (need == Need::Required, need == Need::Nullable);
            fields.push(Field { name: name.to_owned(), required, nullable, form });
        }
    }

    /// Notes more about a field: the size of a list, the values of an object's fields, or the whole
    /// form.
    pub(crate) fn shape(&mut self, name: &str, shape: Shape) {
        let field = self.0.iter_mut().flatten().find(|field| field.name == name);
        match (field.map(|field| &mut field.form), shape) {
            (Some(Form::List { min, max, .. }), Shape::List { min: least, max: most, .. }) => {
                (*min, *max) = (least, most)
            }
            (Some(Form::Named { of }), shape) => **of = Form::Value(shape),
            (Some(form), shape) => *form = Form::Value(shape),
            (None, _) => {}
        }
    }

    /// Notes that `null` differs from a missing field.
    pub(crate) fn null(&mut self, name: &str) {
        for field in self.0.iter_mut().flatten().filter(|field| field.name == name) {
            field.nullable = true;
        }
    }

    pub(crate) fn into_fields(self) -> Vec<Field> {
        self.0.unwrap_or_default()
    }
}

/// The noted parameters of a request.
#[derive(Debug, Default)]
pub(crate) struct ParameterNotes {
    pub(crate) path: Notes,
    pub(crate) query: Notes,
}
