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
