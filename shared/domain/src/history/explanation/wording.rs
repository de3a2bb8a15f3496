//! The words of an explanation: counts, times and names as people say them.

/// The actor in words. A key is told by its name.
pub(super) fn whom(by: &str) -> String {
    match by.split_once(':') {
        Some(("organiser", key)) => format!("the organiser (key {key})"),
        Some(("sales", key)) => format!("the sales system (key {key})"),
        _ => match by {
            "customer" => "its customer".to_owned(),
            "timer" => "the passing of time".to_owned(),
            "draw" => "the draw".to_owned(),
            "provider" => "the provider of e-mail".to_owned(),
            _ => "the waitlist".to_owned(),
        },
    }
}

pub(super) fn seats(count: u64) -> String {
    if count == 1 { "1 seat".to_owned() } else { format!("{count} seats") }
}

/// `1 seat is`, `2 seats are`.
pub(super) fn seats_are(count: u64) -> String {
    format!("{} {}", seats(count), if count == 1 { "is" } else { "are" })
}

/// `none is`, `1 is`, `2 are`.
pub(super) fn are(count: u64) -> String {
    match count {
        0 => "none is".to_owned(),
        1 => "1 is".to_owned(),
        _ => format!("{count} are"),
    }
}

/// `never`, `once`, `twice`, `3 times`.
pub(super) fn times(count: u32) -> String {
    match count {
        0 => "never".to_owned(),
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        _ => format!("{count} times"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actors_are_named_in_words() {
        for (by, words) in [
            ("organiser:host", "the organiser (key host)"),
            ("sales:shop", "the sales system (key shop)"),
            ("customer", "its customer"),
            ("timer", "the passing of time"),
            ("draw", "the draw"),
            ("provider", "the provider of e-mail"),
            ("waitlist", "the waitlist"),
        ] {
            assert_eq!(whom(by), words);
        }
    }

    #[test]
    fn counts_are_told_as_people_say_them() {
        assert_eq!([0, 1, 2, 3].map(times), ["never", "once", "twice", "3 times"]);
        assert_eq!([1, 2].map(seats_are), ["1 seat is", "2 seats are"]);
        assert_eq!([0, 1, 2].map(are), ["none is", "1 is", "2 are"]);
    }
}
