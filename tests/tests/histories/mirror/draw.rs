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

/// An entry on a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::histories) struct Listed {
    pub(in crate::histories) entry: String,
    pub(in crate::histories) tier: Option<String>,
}

/// The draws of all lines.
#[derive(Debug, Default)]
pub(in crate::histories) struct Draws {
    /// The tiers with which each draw began.
    begun: BTreeMap<String, Vec<String>>,
    counted: BTreeMap<String, Draw>,
    /// The parts of each list by line and part.
    parts: BTreeMap<(String, u64), Vec<Listed>>,
}

/// What a write does to a draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::histories) enum Step {
    /// Stores the rules of the draw.
    Begins,
    /// Makes the list of the draw final.
    Counts,
    Other,
}

impl Draws {
    /// Reads an item.
    pub(in crate::histories) fn note(&mut self, line: &str, sk: &str, image: Image<'_>) -> Result<Step, Violation> {
        if let Some(part) = sk.strip_prefix("LIST#") {
            let part = part.parse().map_err(|_| Violation::new("every item is of our form", sk))?;
            let entrants = image.maps("entrants").map(|listed| {
                let tier = listed.text_if_any("tier").map(str::to_owned);
                Ok(Listed { entry: listed.text("entry_id")?.to_owned(), tier })
            });
            let before = self.parts.insert((line.to_owned(), part), entrants.collect::<Result<_, _>>()?);
            return before.map_or(Ok(Step::Other), |_| Err(Violation::new("a list is written once", sk)));
        }
        if sk != "DRAW" {
            return Ok(Step::Other);
        }
        let tiers: Vec<String> = image.texts("tiers").map(str::to_owned).collect();
        let begun = self.begun.insert(line.to_owned(), tiers.clone());
        let is_same = begun.as_ref().is_none_or(|begun| *begun == tiers);
        ensure!(is_same, "a draw goes by the tiers by which it began", "{begun:?} became {tiers:?}");
        if !image.has("listed_at") {
            return Ok(if begun.is_none() { Step::Begins } else { Step::Other });
        }
        let draw = Draw { seed: image.text("seed")?.to_owned(), tiers, entrants: image.count("entrants")? };
        let before = self.counted.insert(line.to_owned(), draw.clone());
        let is_same = before.as_ref().is_none_or(|before| *before == draw);
        ensure!(is_same, "what is drawn stays so", "{before:?} became {draw:?}");
        Ok(if before.is_none() { Step::Counts } else { Step::Other })
    }

    /// The tiers with which the draw of a line began.
    pub(in crate::histories) fn tiers_of(&self, line: &str) -> Option<&Vec<String>> {
        self.begun.get(line)
    }

    /// The draw of a line with its list in the order drawn, once the list counts.
    pub(in crate::histories) fn of_line(&self, line: &str) -> Option<(&Draw, Vec<&Listed>)> {
        let draw = self.counted.get(line)?;
        let (first, last) = ((line.to_owned(), 0), (line.to_owned(), u64::MAX));
        Some((draw, self.parts.range(first..=last).flat_map(|(_, part)| part).collect()))
    }
}
