//! Which characters the texts that people read may have.

/// They join and part letters of Persian and Indic scripts and the parts of emoji: nothing alone, needed between others.
const JOINERS: [char; 2] = ['\u{200c}', '\u{200d}'];

/// Letters and signs without a shape: fillers of Hangul, the empty Braille pattern.
const BLANKS: [char; 5] = ['\u{115f}', '\u{1160}', '\u{2800}', '\u{3164}', '\u{ffa0}'];

/// The characters of the category "Format" but the joiners: they take no room, or turn the direction of writing.
const FORMATS: [(char, char); 21] = [
    ('\u{ad}', '\u{ad}'),
    ('\u{600}', '\u{605}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{6dd}', '\u{6dd}'),
    ('\u{70f}', '\u{70f}'),
    ('\u{890}', '\u{891}'),
    ('\u{8e2}', '\u{8e2}'),
    ('\u{180e}', '\u{180e}'),
    ('\u{200b}', '\u{200b}'),
    ('\u{200e}', '\u{200f}'),
    ('\u{202a}', '\u{202e}'),
    ('\u{2060}', '\u{2064}'),
    ('\u{2066}', '\u{206f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{fff9}', '\u{fffb}'),
    ('\u{110bd}', '\u{110bd}'),
    ('\u{110cd}', '\u{110cd}'),
    ('\u{13430}', '\u{1343f}'),
    ('\u{1bca0}', '\u{1bca3}'),
    ('\u{1d173}', '\u{1d17a}'),
    ('\u{e0001}', '\u{e007f}'),
];

/// Whether no text has it: controls, breaks of lines and paragraphs, what takes no room, what turns the direction of writing.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}')
        || FORMATS.iter().any(|(first, last)| (*first..=*last).contains(&c))
}

/// Whether it can be seen by itself: neither space nor mark, joiner or blank. Rust writes those as numbers.
pub fn is_visible(c: char) -> bool {
    let is_escaped = c.escape_debug().nth(1) == Some('u');
    c != ' ' && !c.is_control() && !is_escaped && !JOINERS.contains(&c) && !BLANKS.contains(&c)
}

/// C0 controls and DEL: PostgreSQL cannot store NUL, and nobody types the others.
pub const fn is_control(c: char) -> bool {
    matches!(c, '\0'..='\u{1f}' | '\u{7f}')
}

#[cfg(test)]
mod tests {
    use unicode_properties::{GeneralCategory as Category, GeneralCategoryGroup as Group, UnicodeGeneralCategory as _};

    use super::*;

    /// The table is that of Unicode; what it does not know yet is neither hidden nor visible.
    #[test]
    fn categories() {
        for c in '\0'..=char::MAX {
            let hidden = matches!(
                c.general_category(),
                Category::Control | Category::Format | Category::LineSeparator | Category::ParagraphSeparator
            ) && !JOINERS.contains(&c);
            let unassigned = matches!(c.general_category(), Category::Unassigned);
            assert!(is_hidden(c) == hidden || unassigned, "{c:?}");
            let seen = matches!(
                c.general_category_group(),
                Group::Letter | Group::Number | Group::Punctuation | Group::Symbol
            ) && !BLANKS.contains(&c);
            let differs = unassigned || matches!(c.general_category(), Category::SpacingMark);
            assert!(is_visible(c) == seen || differs, "{c:?} {:?}", c.general_category());
        }
    }

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
