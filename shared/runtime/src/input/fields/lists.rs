//! Reads the lists of an object: of texts, of whole numbers and of objects.

use std::ops::RangeInclusive;

use serde_json::Value;
use waitlist_domain::values::shape::Described;

use crate::input::fields::Fields;
use crate::input::json::kind;
#[cfg(feature = "openapi")]
use crate::input::recording::{Form, Need};

impl Fields {
    /// A required list of `least` to `most` objects.
    pub fn objects<T>(
        &mut self,
        name: &str,
        (least, most): (usize, usize),
        mut read: impl FnMut(&mut Self) -> Option<T>,
    ) -> Option<Vec<T>> {
        #[cfg(feature = "openapi")]
        if self.notes.are_taken() {
            let _ =
                self.note_inside(name, Need::Required, read, |fields| Form::list(Form::Object(fields), least..=most));
            return None;
        }
        match self.required(name)? {
            Value::Array(elements) if (least..=most).contains(&elements.len()) => {
                let one = |(index, element)| self.element(&format!("{name}/{index}"), element, &mut read);
                // Every element is read, so that every bad field in any of them is found.
                let read: Vec<Option<T>> = elements.into_iter().enumerate().map(one).collect();
                read.into_iter().collect()
            }
            Value::Array(elements) => {
                self.complain(name, format!("must have {least} to {most} elements, not {}", elements.len()))
            }
            other => self.complain(name, format!("must be a list of objects, not {}", kind(&other))),
        }
    }

    /// An optional list with a maximum number of objects.
    pub fn optional_objects<T>(
        &mut self,
        name: &str,
        most: usize,
        read: impl FnMut(&mut Self) -> Option<T>,
    ) -> Option<Option<Vec<T>>> {
        #[cfg(feature = "openapi")]
        if self.notes.are_taken() {
            let _ = self.note_inside(name, Need::Optional, read, |fields| Form::list(Form::Object(fields), 0..=most));
            return Some(None);
        }
        if self.names(name) {
            return self.objects(name, (0, most), read).map(Some);
        }
        self.unread.remove(name);
        Some(None)
    }

    /// An optional list. Each element is an object, or a text as its short form.
    pub fn optional_texts_or_objects<T: Described, E: Into<String>>(
        &mut self,
        name: &str,
        mut parse: impl FnMut(&str) -> Result<T, E>,
        mut read: impl FnMut(&mut Self) -> Option<T>,
    ) -> Option<Option<Vec<T>>> {
        #[cfg(feature = "openapi")]
        if self.notes.are_taken() {
            let _ = self.note_inside(name, Need::Optional, read, |fields| {
                Form::list(Form::AnyOf(vec![Form::Value(T::SHAPE), Form::Object(fields)]), 0..=usize::MAX)
            });
            return Some(None);
        }
        self.optional_list(name, 0..=usize::MAX, "texts or objects", |fields, at, element| match element {
            Value::Object(object) => fields.read_object(at, object.clone(), &mut read),
            text => fields.parse_text(at, text, &mut parse),
        })
    }

    /// An optional list of texts.
    pub fn optional_texts<T: Described, E: Into<String>>(
        &mut self,
        name: &str,
        mut parse: impl FnMut(&str) -> Result<T, E>,
    ) -> Option<Option<Vec<T>>> {
        note!(self, name, Optional, Form::list(Form::Value(T::SHAPE), 0..=usize::MAX));
        self.optional_list(name, 0..=usize::MAX, "texts", |fields, at, element| {
            fields.parse_text(at, element, &mut parse)
        })
    }

    /// An optional list of texts, with a range for its length.
    pub fn optional_texts_within<T: Described, E: Into<String>>(
        &mut self,
        name: &str,
        sizes: RangeInclusive<usize>,
        mut parse: impl FnMut(&str) -> Result<T, E>,
    ) -> Option<Option<Vec<T>>> {
        note!(self, name, Optional, Form::list(Form::Value(T::SHAPE), sizes.clone()));
        self.optional_list(name, sizes, "texts", |fields, at, element| fields.parse_text(at, element, &mut parse))
    }

    /// An optional list of whole numbers.
    pub fn optional_wholes<T: Described, E: Into<String>>(
        &mut self,
        name: &str,
        mut parse: impl FnMut(i64) -> Result<T, E>,
    ) -> Option<Option<Vec<T>>> {
        note!(self, name, Optional, Form::list(Form::Value(T::SHAPE), 0..=usize::MAX));
        self.optional_list(name, 0..=usize::MAX, "whole numbers", |fields, at, element| {
            fields.parse_whole(at, element, &mut parse)
        })
    }

    fn optional_list<T>(
        &mut self,
        name: &str,
        sizes: RangeInclusive<usize>,
        of_what: &str,
        mut read: impl FnMut(&mut Self, &str, &Value) -> Option<T>,
    ) -> Option<Option<Vec<T>>> {
        match self.optional(name) {
            None => Some(None),
            Some(Value::Array(elements)) if sizes.contains(&elements.len()) => {
                let numbered = elements.iter().enumerate();
                let one = |(index, element)| read(self, &format!("{name}/{index}"), element);
                // Every element is read, so that every bad one is found.
                let read: Vec<Option<T>> = numbered.map(one).collect();
                read.into_iter().collect::<Option<Vec<T>>>().map(Some)
            }
            Some(Value::Array(elements)) => {
                let (least, most) = sizes.into_inner();
                self.complain(name, format!("must have {least} to {most} elements, not {}", elements.len()))
            }
            Some(other) => self.complain(name, format!("must be a list of {of_what}, not {}", kind(&other))),
        }
    }

    fn element<T>(&mut self, name: &str, element: Value, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        match element {
            Value::Object(object) => self.read_object(name, object, read),
            other => self.complain(name, format!("must be an object, not {}", kind(&other))),
        }
    }
}
