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
    pub(super) fn of<'path>(method: &str, path: &'path str) -> (&'static Self, Vec<(&'static str, &'path str)>) {
        let of_method = waitlist_api::routes::ROUTES.iter().filter(|route| route.method.as_str() == method);
        let mut matches = of_method.filter_map(|route| Some((route.path, route.parameters(path)?)));
        let first = matches.next();
        assert!(matches.next().is_none(), "two routes take {method} {path}");
        match first {
            Some((pattern, parameters)) => (Self::named(&format!("{method} {pattern}")), parameters),
            None => (Self::named(DEFAULT), Vec::new()),
        }
    }

    /// The route with this key.
    pub(super) fn named(key: &str) -> &'static Self {
        ROUTES.iter().find(|route| route.key == key).unwrap_or_else(|| panic!("there is no route {key}"))
    }
}
