//! Draws, as the table holds them.

use std::collections::BTreeMap;

use crate::histories::image::Image;
use crate::histories::violation::Violation;

/// The list of a draw that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::histories) struct Draw {
    pub(in crate::histories) seed: String,
    pub(in crate::histories) entrants: u64,
    list: String,
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
    /// The parts of each list by line, list and part.
    parts: BTreeMap<(String, String, u64), Vec<Listed>>,
}

impl Draws {
    /// Takes note of an item; whether a list came to count with it.
    pub(in crate::histories) fn note(&mut self, line: &str, sk: &str, image: Image<'_>) -> Result<bool, Violation> {
        let mut key = sk.split('#').skip(1);
        if let (Some(list), Some(part)) = (key.next(), key.next()) {
            let part = part.parse().map_err(|_| Violation::new("every item is of our form", sk))?;
            let entrants = image.maps("entrants").map(|listed| {
                let tier = listed.text_if_any("tier").map(str::to_owned);
                Ok(Listed { entry: listed.text("entry_id")?.to_owned(), tier })
            });
            self.parts.insert((line.to_owned(), list.to_owned(), part), entrants.collect::<Result<_, _>>()?);
            return Ok(false);
        }
        let draw = Draw {
            seed: image.text("seed")?.to_owned(),
            entrants: image.count("entrants")?,
            list: image.text("list")?.to_owned(),
        };
        Ok(self.counted.insert(line.to_owned(), draw).is_none())
    }

    /// What was drawn for a line, and everybody in it in the order drawn, once that counts.
    pub(in crate::histories) fn of_line(&self, line: &str) -> Option<(&Draw, Vec<&Listed>)> {
        let draw = self.counted.get(line)?;
        let first = (line.to_owned(), draw.list.clone(), 0);
        let last = (line.to_owned(), draw.list.clone(), u64::MAX);
        Some((draw, self.parts.range(first..=last).flat_map(|(_, part)| part).collect()))
    }
}
