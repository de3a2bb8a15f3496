//! The functions of the repository. Each has its event files in a folder.

use std::path::{Path, PathBuf};

use serde_json::Value;
use waitlist_api::routes::ROUTES;

/// What invokes a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// API Gateway.
    Api,
    /// API Gateway, for a browser.
    Pages,
    /// The table's stream, a queue or the schedule.
    Worker,
}

/// A function, by the name of its folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Function(pub(super) String);

/// One file of a function's events.
#[derive(Debug, Clone)]
pub(super) struct EventFile {
    pub(super) function: Function,
    /// The file's name without its extension.
    pub(super) name: String,
    pub(super) event: Value,
}

pub(super) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests are a folder of the repository")
}

pub(super) fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The paths in a folder, in order.
pub(super) fn listing(folder: &str) -> Vec<PathBuf> {
    let folder = repository().join(folder);
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("the folder can be read").path()).collect();
    paths.sort();
    paths
}

/// The names of the folders in a folder.
pub(super) fn folders(folder: &str) -> Vec<String> {
    let folders = listing(folder).into_iter().filter(|path| path.is_dir());
    folders.map(|path| path.file_name().expect("it has a name").to_string_lossy().into_owned()).collect()
}

/// The text of the template.
pub(super) fn template() -> String {
    read(&repository().join("template.yaml"))
}

impl Function {
    /// Every function.
    pub(super) fn all() -> Vec<Self> {
        let others = folders("functions").into_iter().filter(|folder| folder != "api");
        let of_the_api = ROUTES.iter().map(|route| route.function.to_owned()).chain(["no-route".to_owned()]);
        let mut all: Vec<Self> = others.chain(of_the_api).map(Self).collect();
        all.sort();
        all
    }

    /// Every function of the API.
    pub(super) fn of_the_api() -> Vec<Self> {
        Self::all().into_iter().filter(|function| function.kind() == Kind::Api).collect()
    }

    /// Every worker.
    pub(super) fn workers() -> Vec<Self> {
        Self::all().into_iter().filter(|function| function.kind() == Kind::Worker).collect()
    }

    pub(super) fn kind(&self) -> Kind {
        match self.0.as_str() {
            "relay" | "journal" | "promote" | "timer" | "notify" | "feedback" | "sweep" => Kind::Worker,
            "pages" => Kind::Pages,
            _ => Kind::Api,
        }
    }

    /// All event files of the function.
    pub(super) fn files(&self) -> Vec<EventFile> {
        listing(&format!("events/{}", self.0)).iter().map(|path| self.file(path)).collect()
    }

    /// The event file with this name.
    pub(super) fn file_named(&self, name: &str) -> EventFile {
        self.file(&repository().join(format!("events/{}/{name}.json", self.0)))
    }

    fn file(&self, path: &Path) -> EventFile {
        assert_eq!(path.extension().and_then(|extension| extension.to_str()), Some("json"), "{}", path.display());
        let event = serde_json::from_str(&read(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let name = path.file_stem().expect("it has a name").to_string_lossy().into_owned();
        EventFile { function: self.clone(), name, event }
    }
}

impl EventFile {
    /// The status that the name of an API function's file begins with.
    pub(super) fn expected_status(&self) -> u16 {
        let status = self.name.split_once('-').and_then(|(status, _)| status.parse().ok());
        status.filter(|status| (200..600).contains(status)).unwrap_or_else(|| {
            panic!("{} is not named <expected status>-<what>.json", self.path());
        })
    }

    /// The path, for messages.
    pub(super) fn path(&self) -> String {
        format!("events/{}/{}.json", self.function.0, self.name)
    }
}

/// The event in the file of this function and name.
pub(super) fn event(function: &str, name: &str) -> Value {
    Function(function.to_owned()).file_named(name).event
}
