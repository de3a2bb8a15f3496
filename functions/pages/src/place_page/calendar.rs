//! A calendar file (RFC 5545) with one deadline, for the calendar of a phone.

use waitlist_domain::values::time::Timestamp;

/// What a calendar shows of a deadline.
#[derive(Debug)]
pub(super) struct Deadline<'a> {
    /// Tells the deadline of one offer from any other. A later file with it replaces the earlier.
    pub(super) id: &'a str,
    pub(super) summary: &'a str,
    pub(super) at: Timestamp,
    /// When the seats were offered.
    pub(super) since: Timestamp,
    /// The page on which one acts.
    pub(super) url: Option<&'a str>,
}

/// The most bytes of a line.
const LONGEST_LINE: usize = 75;

/// The file. Its alarm goes off an hour before the deadline.
pub(super) fn calendar(deadline: &Deadline<'_>) -> String {
    let summary = escaped(deadline.summary);
    let mut lines = vec![
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//Waitlist//Pages//EN".to_owned(),
        "METHOD:PUBLISH".to_owned(),
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{}@waitlist", deadline.id),
        // A calendar replaces a deadline by a later one alone.
        format!("SEQUENCE:{}", minutes(deadline.at)),
        format!("DTSTAMP:{}", utc(deadline.since)),
        format!("DTSTART:{}", utc(deadline.at)),
        format!("SUMMARY:{summary}"),
        // The deadline takes no time in which one could not do anything else.
        "TRANSP:TRANSPARENT".to_owned(),
    ];
    if let Some(url) = deadline.url {
        lines.extend([format!("DESCRIPTION:{}", escaped(url)), format!("URL:{url}")]);
    }
    lines.extend(["BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT1H"].map(str::to_owned));
    lines.push(format!("DESCRIPTION:{summary}"));
    lines.extend(["END:VALARM", "END:VEVENT", "END:VCALENDAR"].map(str::to_owned));
    lines.iter().map(|line| folded(line) + "\r\n").collect()
}

/// The whole minutes since 1970, which a number of 32 bits holds for 4,000 years.
const fn minutes(time: Timestamp) -> i64 {
    time.milliseconds() / 60_000
}

/// A time as `20270705T130000Z`.
fn utc(time: Timestamp) -> String {
    time.to_date_time().format("%Y%m%dT%H%M%SZ").to_string()
}

/// A text in which no character has a meaning of its own.
fn escaped(text: &str) -> String {
    let escape = |character| match character {
        '\\' | ';' | ',' => format!("\\{character}"),
        '\n' => "\\n".to_owned(),
        control if control.is_control() => String::new(),
        other => other.to_string(),
    };
    text.chars().map(escape).collect()
}

/// A line that goes on in further lines once it is too long.
fn folded(line: &str) -> String {
    let mut lines = String::new();
    let mut length = 0;
    for character in line.chars() {
        if length + character.len_utf8() > LONGEST_LINE {
            lines.push_str("\r\n ");
            length = 1;
        }
        lines.push(character);
        length += character.len_utf8();
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(summary: &str, url: Option<&str>) -> String {
        let [since, at] =
            ["2027-07-04T13:00:07.9Z", "2027-07-05T13:00:07.9Z"].map(|text| Timestamp::parse(text).expect("valid"));
        calendar(&Deadline { id: "ent_1", summary, at, since, url })
    }

    #[test]
    fn a_deadline_is_an_event_with_an_alarm_an_hour_before() {
        let file = file("Say yes: Camp", Some("https://example.org/p/a~b"));
        let lines: Vec<&str> = file.split("\r\n").collect();
        for line in [
            "BEGIN:VCALENDAR",
            "UID:ent_1@waitlist",
            "SEQUENCE:30246540",
            "DTSTAMP:20270704T130007Z",
            "DTSTART:20270705T130007Z",
            "SUMMARY:Say yes: Camp",
            "URL:https://example.org/p/a~b",
            "TRIGGER:-PT1H",
            "END:VCALENDAR",
        ] {
            assert!(lines.contains(&line), "{line} is not in {file}");
        }
        assert_eq!(lines.last(), Some(&""), "the last line ends");
    }

    #[test]
    fn no_name_of_an_event_adds_a_line_or_a_field() {
        let file = file("Camp; a, b\\\r\nEND:VEVENT\u{7}", None);
        assert!(file.contains("SUMMARY:Camp\\; a\\, b\\\\\\nEND:VEVENT\r\n"), "{file}");
        assert_eq!(file.matches("\r\nEND:VEVENT\r\n").count(), 1);
    }

    #[test]
    fn a_long_name_goes_on_in_the_next_line_and_no_letter_is_cut() {
        let name = "\u{e9}\u{1f3d5}".repeat(60);
        let file = file(&name, None);
        assert!(file.split("\r\n").all(|line| line.len() <= LONGEST_LINE), "{file}");
        assert!(file.replace("\r\n ", "").contains(&name), "{file}");
    }
}
