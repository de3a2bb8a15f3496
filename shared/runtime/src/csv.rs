//! CSV as RFC 4180 has it, harmless to open in a spreadsheet.

/// What a spreadsheet takes for the beginning of a formula, or drops before one.
const BEGINNINGS_OF_FORMULAS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The end of a record.
const END_OF_RECORD: &str = "\r\n";

/// One record, with its end.
///
/// A field that a spreadsheet would take for a formula gets an apostrophe in front, by which it is a text.
pub fn record<'field>(fields: impl IntoIterator<Item = &'field str>) -> String {
    let fields: Vec<String> = fields.into_iter().map(|text| quoted(&disarmed(text))).collect();
    fields.join(",") + END_OF_RECORD
}

fn disarmed(text: &str) -> String {
    if text.starts_with(BEGINNINGS_OF_FORMULAS) { format!("'{text}") } else { text.to_owned() }
}

fn quoted(text: &str) -> String {
    if text.contains(['"', ',', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_ends_with_carriage_return_and_line_feed_and_an_empty_field_is_nothing() {
        assert_eq!(record(["a", "", "c"]), "a,,c\r\n");
    }

    #[test]
    fn what_would_disturb_a_record_is_quoted() {
        assert_eq!(record(["a,b", "say \"hi\"", "two\r\nlines"]), "\"a,b\",\"say \"\"hi\"\"\",\"two\r\nlines\"\r\n");
    }

    #[test]
    fn no_field_begins_a_formula() {
        for beginning in BEGINNINGS_OF_FORMULAS {
            let record = record([format!("{beginning}cmd|x").as_str()]);
            assert!(record.trim_start_matches('"').starts_with('\''), "{record:?}");
        }
        assert_eq!(record(["=1+2", "+14155550123"]), "'=1+2,'+14155550123\r\n");
        assert_eq!(record(["1-2", "a@b.org"]), "1-2,a@b.org\r\n");
    }
}
