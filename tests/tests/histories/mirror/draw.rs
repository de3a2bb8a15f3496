//! Draws, as the table holds them.

use std::collections::BTreeMap;

use crate::histories::image::Image;
use crate::histories::violation::{Violation, ensure};

/// A draw whose list counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::histories) struct Draw {
    pub(in crate::histories) seed: String,
    pub(in crate::histories) tiers: Vec<String>,
    pub(in crate::histories) entrants: u64,
}

/// Somebody on a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::histories) struct Listed {
    pub(in crate::histories) entry: String,
    pub(in crate::histories) tier: Option<String>,
}

/// The draws of all lines.
#[derive(Debug, Default)]
pub(in crate::histories) struct Draws {
    counted: BTreeMap<String, Draw>,
    /// The parts of each list by line and part.
    parts: BTreeMap<(String, u64), Vec<Listed>>,
}

impl Draws {
    /// Takes note of an item; whether a list came to count with it.
    pub(in crate::histories) fn note(&mut self, line: &str, sk: &str, image: Image<'_>) -> Result<bool, Violation> {
        if let Some(part) = sk.strip_prefix("LIST#") {
            let part = part.parse().map_err(|_| Violation::new("every item is of our form", sk))?;
            let entrants = image.maps("entrants").map(|listed| {
                let tier = listed.text_if_any("tier").map(str::to_owned);
                Ok(Listed { entry: listed.text("entry_id")?.to_owned(), tier })
            });
            let before = self.parts.insert((line.to_owned(), part), entrants.collect::<Result<_, _>>()?);
            return before.map_or(Ok(false), |_| Err(Violation::new("a list is written once", sk)));
        }
        // Lots, and how far a draw has come that has no list yet.
        if sk != "DRAW" || !image.has("listed_at") {
            return Ok(false);
        }
        let draw = Draw {
            seed: image.text("seed")?.to_owned(),
            tiers: image.texts("tiers").map(str::to_owned).collect(),
            entrants: image.count("entrants")?,
        };
        let before = self.counted.insert(line.to_owned(), draw.clone());
        let is_same = before.as_ref().is_none_or(|before| *before == draw);
        ensure!(is_same, "what is drawn stays so", "{before:?} became {draw:?}");
        Ok(before.is_none())
    }

    /// What was drawn for a line, and everybody in it in the order drawn, once that counts.
    pub(in crate::histories) fn of_line(&self, line: &str) -> Option<(&Draw, Vec<&Listed>)> {
        let draw = self.counted.get(line)?;
        let (first, last) = ((line.to_owned(), 0), (line.to_owned(), u64::MAX));
        Some((draw, self.parts.range(first..=last).flat_map(|(_, part)| part).collect()))
    }
}
