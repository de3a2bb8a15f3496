//! The lines whose changes could not be followed a moment ago.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use waitlist_domain::values::identifier::LineId;
use waitlist_domain::values::time::Timestamp;

/// How long a line counts as one in trouble (milliseconds).
///
/// A function tries such a line once in this time. So its trouble takes at most a sixth of the time
/// of a reader of the stream.
pub const TROUBLE_LASTS: i64 = 10_000;

/// The lines in trouble, as one instance of a function knows them.
#[derive(Debug, Default)]
pub struct LinesInTrouble(Mutex<BTreeMap<Option<LineId>, Timestamp>>);

impl LinesInTrouble {
    /// Whether the line was in trouble a moment ago.
    pub fn has(&self, line: Option<&LineId>, now: Timestamp) -> bool {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.get(&line.cloned()).is_some_and(|until| now < *until)
    }

    /// Notes that the line is in trouble now. Forgets others whose time is over.
    pub fn note(&self, line: Option<&LineId>, now: Timestamp) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.retain(|_, until| now < *until);
        lines.insert(line.cloned(), now.plus_milliseconds(TROUBLE_LASTS));
    }
}

#[cfg(test)]
mod tests {
    use waitlist_domain::values::identifier::{EventId, TicketTypeId};

    use super::*;

    fn line(event: &str) -> LineId {
        LineId {
            event_id: EventId::parse(event).expect("valid"),
            ticket_type_id: TicketTypeId::parse("camper").expect("valid"),
        }
    }

    #[test]
    fn a_line_is_in_trouble_for_a_while_and_no_other_is() {
        let (lines, at) = (LinesInTrouble::default(), Timestamp::from_milliseconds);
        lines.note(Some(&line("one")), at(1_000));
        assert!(lines.has(Some(&line("one")), at(10_999)));
        assert!(!lines.has(Some(&line("one")), at(11_000)));
        assert!(!lines.has(Some(&line("two")), at(1_000)) && !lines.has(None, at(1_000)));
    }

    #[test]
    fn a_line_whose_trouble_is_over_is_forgotten() {
        let (lines, at) = (LinesInTrouble::default(), Timestamp::from_milliseconds);
        (0..1_000).for_each(|n| lines.note(Some(&line(&n.to_string())), at(n * 1_000)));
        assert_eq!(lines.0.lock().expect("nobody panicked").len(), 10);
    }
}
