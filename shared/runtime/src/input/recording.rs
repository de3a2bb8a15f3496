//! What a reading asks for, noted while it reads nothing: so a route is described by the code that reads its requests.

use waitlist_domain::values::shape::Shape;

use crate::input::fields::Input;

/// What may stand in a place.
#[derive(Debug, Clone, PartialEq)]
pub enum Form {
    /// One value.
    Value(Shape),
    /// An object with these fields.
    Object(Vec<Field>),
    /// An object whose fields have any name.
    Named(Box<Self>),
    /// A list.
    List {
        /// What each element is.
        of: Box<Self>,
        /// Fewest elements.
        min: usize,
        /// Most elements, if there is a most.
        max: Option<usize>,
    },
    /// Any of these.
    AnyOf(Vec<Self>),
    /// Whatever JSON has: it depends on what is stored.
    Anything,
}

/// A field of an object, or a parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Whether a request without it is refused whatever else it holds.
    pub required: bool,
    /// Whether `null` means something else than its absence.
    pub nullable: bool,
    /// What it may hold.
    pub form: Form,
}

/// All that a request of a route may hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Recording {
    /// The parameters in the path.
    pub path: Vec<Field>,
    /// The parameters in the query.
    pub query: Vec<Field>,
    /// The fields of the body.
    pub body: Vec<Field>,
}

impl Recording {
    /// Runs a reading once over nothing, and keeps what it asked for.
    pub fn of<T>(read: impl FnOnce(&mut Input) -> Option<T>) -> Self {
        let mut input = Input::recording();
        // It finds nothing that it requires, so it reads nothing.
        let _ = read(&mut input);
        input.into_recording()
    }
}

impl Form {
    /// A list of values.
    pub(crate) fn list(of: Self, sizes: std::ops::RangeInclusive<usize>) -> Self {
        let (min, max) = sizes.into_inner();
        Self::List { of: Box::new(of), min, max: Some(max).filter(|max| *max != usize::MAX) }
    }
}

/// How much a reading needs a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    Required,
    Optional,
    /// Optional, and `null` means something else than its absence.
    Nullable,
}

/// What was noted of one object, if notes are taken.
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

    /// Says more of a field: how many elements a list has, what an object's fields of any name hold, or all of it.
    pub(crate) fn shape(&mut self, name: &str, shape: Shape) {
        let field = self.0.iter_mut().flatten().find(|field| field.name == name);
        match (field.map(|field| &mut field.form), shape) {
            (Some(Form::List { min, max, .. }), Shape::List { min: least, max: most, .. }) => {
                (*min, *max) = (least, most)
            }
            (Some(Form::Named(of)), shape) => **of = Form::Value(shape),
            (Some(form), shape) => *form = Form::Value(shape),
            (None, _) => {}
        }
    }

    pub(crate) fn into_fields(self) -> Vec<Field> {
        self.0.unwrap_or_default()
    }
}

/// What was noted of a request's parameters.
#[derive(Debug, Default)]
pub(crate) struct ParameterNotes {
    pub(crate) path: Notes,
    pub(crate) query: Notes,
}
