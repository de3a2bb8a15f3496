//! The API's routes, matched as API Gateway matches them.

use std::sync::LazyLock;

use super::function::Function;

/// The route of every request that no other route takes.
pub(super) const DEFAULT: &str = "$default";

/// A method, a path with parameters, and the function behind them.
#[derive(Debug)]
pub(super) struct Route {
    /// `DELETE /api/registrations/{registrationId}`, as in the template and in API Gateway's
    /// events.
    pub(super) key: String,
    pub(super) function: Function,
}

/// Every route of the table, and the one that takes the rest.
static ROUTES: LazyLock<Vec<Route>> = LazyLock::new(|| {
    let of_table = waitlist_api::routes::ROUTES.iter().map(|route| Route {
        key: format!("{} {}", route.method.as_str(), route.path),
        function: Function(route.function.to_owned()),
    });
    let default = Route { key: DEFAULT.to_owned(), function: Function("no-route".to_owned()) };
    of_table.chain([default]).collect()
});

impl Route {
    /// The route that takes a request, and the parameters that its path has there.
    pub(super) fn of(method: &str, path: &str) -> (&'static Self, Vec<(&'static str, String)>) {
        let mut matches = ROUTES.iter().filter_map(|route| Some((route, route.parameters(method, path)?)));
        let first = matches.next();
        assert!(matches.next().is_none(), "two routes take {method} {path}");
        first.unwrap_or_else(|| (Self::named(DEFAULT), Vec::new()))
    }

    /// The route with this key.
    pub(super) fn named(key: &str) -> &'static Self {
        ROUTES.iter().find(|route| route.key == key).unwrap_or_else(|| panic!("there is no route {key}"))
    }

    /// The parameters of a path, if this route takes it.
    fn parameters(&self, method: &str, path: &str) -> Option<Vec<(&str, String)>> {
        let pattern = self.key.strip_prefix(method)?.strip_prefix(' ')?;
        if pattern.split('/').count() != path.split('/').count() {
            return None;
        }
        let mut parameters = Vec::new();
        for (part, text) in pattern.split('/').zip(path.split('/')) {
            match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
                Some(name) => parameters.push((name, text.to_owned())),
                None if part == text => {}
                None => return None,
            }
        }
        Some(parameters)
    }
}
