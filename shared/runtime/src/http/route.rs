//! A route: its method, its path, the callers it admits and the problems it may have.

use crate::http::callers::Admits;
use crate::http::problem_kinds::{self, ProblemKind};

/// A route of the API and the function that handles it.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// The function's name.
    pub function: &'static str,
    /// The group in the documentation.
    pub topic: &'static str,
    /// HTTP method.
    pub method: Method,
    /// The path, with the names of its parameters in braces.
    pub path: &'static str,
    /// The callers that the route admits.
    pub admits: Admits,
    /// The summary, in one sentence.
    pub summary: &'static str,
    /// The kinds of problems that only this route has.
    pub own_problems: &'static [ProblemKind],
}

impl Route {
    /// Every kind of problem that the route may respond with, by status.
    pub fn problems(&self) -> Vec<ProblemKind> {
        let of_all =
            [problem_kinds::UNAUTHENTICATED, problem_kinds::INVALID, problem_kinds::INTERNAL, problem_kinds::BUSY];
        let of_roles = [problem_kinds::FORBIDDEN];
        let of_bodies =
            [problem_kinds::MALFORMED_BODY, problem_kinds::BODY_TOO_LARGE, problem_kinds::UNSUPPORTED_MEDIA_TYPE];
        let of_keys = [problem_kinds::IDEMPOTENCY_IN_PROGRESS, problem_kinds::IDEMPOTENCY_KEY_REUSED];
        let asks_for_a_role = !matches!(self.admits, Admits::Readers | Admits::Anyone);
        let mut problems: Vec<ProblemKind> = of_all
            .into_iter()
            .chain(of_roles.into_iter().filter(|_| asks_for_a_role))
            .chain(of_bodies.into_iter().filter(|_| self.method.has_body()))
            .chain(of_keys.into_iter().filter(|_| self.method.honours_idempotency_key()))
            .chain(self.own_problems.iter().copied())
            .collect();
        problems.sort_by_key(|kind| (kind.status, kind.slug));
        problems
    }

    /// The names and values of the path's parameters, if this route has the path. A value is not
    /// empty and has no slash.
    pub fn parameters<'path>(&self, path: &'path str) -> Option<Vec<(&'static str, &'path str)>> {
        let mut parameters = Vec::new();
        let mut parts = path.split('/');
        for wanted in self.path.split('/') {
            match (parts.next()?, parameter_name(wanted)) {
                ("", Some(_)) => return None,
                (value, Some(name)) => parameters.push((name, value)),
                (part, None) if part == wanted => {}
                _ => return None,
            }
        }
        parts.next().is_none().then_some(parameters)
    }

    /// The path with the value of each parameter in place of its name.
    pub fn path_with<'value>(&self, value: impl Fn(&str) -> &'value str) -> String {
        let parts = self.path.split('/').map(|part| parameter_name(part).map_or(part, &value));
        parts.collect::<Vec<_>>().join("/")
    }

    /// Whether slashes in the values of this route's parameters can make the path one of `other`.
    pub fn can_become(&self, other: &Self) -> bool {
        fn reaches(parts: &[&str], others: &[&str]) -> bool {
            match (parts, others) {
                ([], []) => true,
                ([part, rest @ ..], [_, ..]) if parameter_name(part).is_some() => {
                    (1..=others.len()).any(|taken| reaches(rest, &others[taken..]))
                }
                ([part, rest @ ..], [other, others @ ..]) => {
                    (part == other || parameter_name(other).is_some()) && reaches(rest, others)
                }
                _ => false,
            }
        }
        let (parts, others): (Vec<_>, Vec<_>) = (self.path.split('/').collect(), other.path.split('/').collect());
        parts.len() < others.len() && reaches(&parts, &others)
    }
}

/// The name of a parameter, if a part of a route's path is one.
fn parameter_name(part: &str) -> Option<&str> {
    part.strip_prefix('{')?.strip_suffix('}')
}

/// The HTTP methods of the API, and their properties.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads. A customer may send the token in the link.
    Get,
    /// Writes, with a body.
    Put,
    /// Acts, with a body, and honours an idempotency key.
    Post,
    /// Acts as its path says. Its body is an empty object or missing.
    PostOfPath,
    /// Acts as the token in its path says, for a mail program (RFC 8058). Its body is not read.
    PostByLink,
    /// Deletes.
    Delete,
}

impl Method {
    /// The method's name in a request.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Put => "PUT",
            Self::Post | Self::PostOfPath | Self::PostByLink => "POST",
            Self::Delete => "DELETE",
        }
    }

    /// Whether a request has a body.
    pub const fn has_body(self) -> bool {
        matches!(self, Self::Put | Self::Post | Self::PostOfPath)
    }

    /// Whether a request may have an `Idempotency-Key`.
    pub const fn honours_idempotency_key(self) -> bool {
        matches!(self, Self::Post | Self::PostOfPath)
    }
}
