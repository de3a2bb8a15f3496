//! When the tokens of events end, remembered for seconds. So a look with a token need not read its
//! event.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use waitlist_domain::values::identifier::EventId;
use waitlist_domain::values::time::Timestamp;

/// How long an end is remembered (milliseconds). An event whose start is put forward keeps its
/// tokens so much longer.
const REMEMBERED: i64 = 5_000;

/// Most events that are remembered.
const MOST_EVENTS_REMEMBERED: usize = 1000;

/// What a warm function remembers. A clone is another handle to it.
#[derive(Debug, Clone, Default)]
pub(crate) struct TokenEnds(Arc<Mutex<HashMap<EventId, Remembered>>>);

#[derive(Debug, Clone, Copy)]
struct Remembered {
    read_at: Timestamp,
    ends_at: Timestamp,
}

impl TokenEnds {
    /// Whether it is remembered that the tokens last still.
    pub(crate) fn last(&self, event_id: &EventId, now: Timestamp) -> bool {
        let events = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        events.get(event_id).is_some_and(|event| {
            (0..REMEMBERED).contains(&event.read_at.milliseconds_until(now)) && now < event.ends_at
        })
    }

    /// Remembers an end that was read just now.
    pub(crate) fn remember(&self, event_id: &EventId, ends_at: Timestamp, now: Timestamp) {
        let mut events = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if events.len() >= MOST_EVENTS_REMEMBERED {
            events.clear();
        }
        events.insert(event_id.clone(), Remembered { read_at: now, ends_at });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::from_milliseconds(1_800_000_000_000);

    fn after(milliseconds: i64) -> Timestamp {
        NOON.plus_milliseconds(milliseconds)
    }

    #[test]
    fn an_end_is_remembered_for_seconds_and_never_past_itself() {
        let (ends, camp) = (TokenEnds::default(), EventId::parse("camp").expect("valid"));
        assert!(!ends.last(&camp, NOON), "nothing is remembered yet");
        ends.remember(&camp, after(REMEMBERED * 2), NOON);
        let lasts = |milliseconds| ends.last(&camp, after(milliseconds));
        assert_eq!([-1, 0, REMEMBERED - 1, REMEMBERED].map(lasts), [false, true, true, false]);
        ends.remember(&camp, after(10), NOON);
        assert_eq!([9, 10].map(|milliseconds| ends.last(&camp, after(milliseconds))), [true, false]);
        assert!(!ends.last(&EventId::parse("fair").expect("valid"), NOON), "another event");
    }
}
