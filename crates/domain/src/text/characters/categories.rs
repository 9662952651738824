//! By the general categories of Unicode.

use unicode_properties::{GeneralCategory as Category, GeneralCategoryGroup as Group, UnicodeGeneralCategory as _};

/// They join and part letters of Persian and Indic scripts and the parts of emoji: nothing alone, needed between others.
const JOINERS: [char; 2] = ['\u{200c}', '\u{200d}'];

/// Letters and signs without a shape: fillers of Hangul, the empty Braille pattern.
const BLANKS: [char; 5] = ['\u{115f}', '\u{1160}', '\u{2800}', '\u{3164}', '\u{ffa0}'];

/// Whether no text has it: controls, breaks of lines and paragraphs, what takes no room, what turns the direction of writing.
pub fn is_hidden(c: char) -> bool {
    let category = c.general_category();
    let is_hidden = matches!(
        category,
        Category::Control | Category::Format | Category::LineSeparator | Category::ParagraphSeparator
    );
    is_hidden && !JOINERS.contains(&c)
}

/// Whether it can be seen by itself: neither space nor mark, joiner or blank.
pub fn is_visible(c: char) -> bool {
    let is_seen = !matches!(c.general_category_group(), Group::Separator | Group::Other | Group::Mark);
    is_seen && !BLANKS.contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters() {
        for c in "\0\n\u{7f}\u{85}\u{ad}\u{200b}\u{200e}\u{200f}\u{2028}\u{2029}\u{202a}\u{202e}\u{2060}\u{2066}\u{2069}\u{feff}\u{e0041}".chars() {
            assert!(is_hidden(c) && !is_visible(c), "{c:?}");
        }
        for c in "aß漢👩\u{200c}\u{200d}\u{301}\u{fe0f} \u{a0}".chars() {
            assert!(!is_hidden(c), "{c:?}");
        }
    }

    #[test]
    fn visible_characters() {
        for c in "a1ßжא漢-€👩".chars() {
            assert!(is_visible(c), "{c:?}");
        }
        for c in " \u{a0}\u{3000}\u{200c}\u{200d}\u{301}\u{fe0f}\u{115f}\u{2800}\u{3164}\u{ffa0}\u{e000}".chars() {
            assert!(!is_visible(c), "{c:?}");
        }
    }
}
