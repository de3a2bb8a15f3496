//! The fields of a form that was sent.

/// The fields of a form.
#[derive(Debug, Clone, Default)]
pub(crate) struct Form(Vec<(String, String)>);

impl Form {
    pub(crate) const fn new(fields: Vec<(String, String)>) -> Self {
        Self(fields)
    }

    /// What was written in a field, without the space around it. Nothing if it is empty.
    pub(crate) fn text<'form>(&'form self, name: &'form str) -> Option<&'form str> {
        self.all(name).next()
    }

    /// Everything that was chosen in a field.
    pub(crate) fn all<'form>(&'form self, name: &'form str) -> impl Iterator<Item = &'form str> {
        let of_name = self.0.iter().filter(move |(field, _)| field == name);
        of_name.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }
}
