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
        let of_bodies = [problem_kinds::MALFORMED_BODY, problem_kinds::BODY_TOO_LARGE];
        let of_keys = [problem_kinds::IDEMPOTENCY_IN_PROGRESS, problem_kinds::IDEMPOTENCY_KEY_REUSED];
        let asks_for_a_role = matches!(self.admits, Admits::Organisers | Admits::Sales);
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
    /// Deletes.
    Delete,
}

impl Method {
    /// The method's name in a request.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Put => "PUT",
            Self::Post | Self::PostOfPath => "POST",
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
