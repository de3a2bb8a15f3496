//! CSV as in RFC 4180, safe to open in a spreadsheet.

/// The characters that start a formula in a spreadsheet, or that it drops before one. The last four
/// are full-width forms of the first four, which some spreadsheets treat alike.
const BEGINNINGS_OF_FORMULAS: [char; 11] =
    ['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// The end of a record.
const END_OF_RECORD: &str = "\r\n";

/// One record, with its end.
///
/// A field that a spreadsheet would read as a formula gets a leading apostrophe, which makes it a
/// text.
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
    use proptest::prelude::*;

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
        for beginning in "=+-@\t\r\n＝＋－＠".chars() {
            let record = record([format!("{beginning}cmd|x").as_str()]);
            assert!(record.trim_start_matches('"').starts_with('\''), "{record:?}");
        }
        assert_eq!(record(["=1+2", "+14155550123"]), "'=1+2,'+14155550123\r\n");
        assert_eq!(record(["1-2", "a@b.org"]), "1-2,a@b.org\r\n");
    }

    proptest! {
        #[test]
        fn whatever_a_field_begins_with_it_is_no_formula_and_stays_readable(text in "[=+\\-@\t\r\n＝＋－＠a\"',]{0,6}") {
            let record = record([text.as_str()]);
            let field = record.strip_suffix("\r\n").expect("it ends so");
            let inner = field.strip_prefix('"').and_then(|field| field.strip_suffix('"'));
            let shown = inner.map_or_else(|| field.to_owned(), |inner| inner.replace("\"\"", "\""));
            prop_assert!(!shown.starts_with(BEGINNINGS_OF_FORMULAS));
            prop_assert!(shown == text || shown.strip_prefix('\'') == Some(&text));
        }
    }
}
