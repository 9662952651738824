//! The text layer: every sentence of the console, by name, with named parameters and plural forms.
//!
//! A text is a function, so a missing one does not compile and a parameter cannot be forgotten:
//! `text::ui::selected(12)`. The English wording stands beside the name in `en/`. A further language is a catalogue
//! from key to wording; what it lacks stays English. No sentence is built by concatenation.

pub mod en;
mod format;
pub mod words;

pub use en as text;
pub use format::{amount, bytes, number, set_signs};

use std::fmt::Display;

/// Wording of the current language for `key`, English unless the catalogue has it.
pub(crate) const fn lookup(_key: &'static str, english: &'static str) -> &'static str {
    english
}

/// Replaces each `{name}` by its value.
pub(crate) fn fill(template: &str, values: &[(&str, &dyn Display)]) -> String {
    let mut out = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        let (before, tail) = rest.split_at(open);
        out.push_str(before);
        let Some(close) = tail.find('}') else {
            rest = tail;
            break;
        };
        let name = tail.get(1..close).unwrap_or_default();
        match values.iter().find(|(key, _)| *key == name) {
            Some((_, value)) => out.push_str(&value.to_string()),
            None => out.push_str(tail.get(..=close).unwrap_or_default()),
        }
        rest = tail.get(close + 1..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// English has two plural forms.
pub(crate) const fn is_one(count: u64) -> bool {
    count == 1
}

macro_rules! wording {
    ($name:ident = $text:literal) => {
        #[doc = $text]
        #[must_use]
        pub fn $name() -> &'static str {
            $crate::i18n::lookup(concat!(module_path!(), "::", stringify!($name)), $text)
        }
    };
    ($name:ident ( $($p:ident),+ ) = $text:literal) => {
        #[doc = $text]
        #[must_use]
        pub fn $name($($p: impl std::fmt::Display),+) -> String {
            let template = $crate::i18n::lookup(concat!(module_path!(), "::", stringify!($name)), $text);
            $crate::i18n::fill(template, &[$((stringify!($p), &$p)),+])
        }
    };
    ($name:ident [ $count:ident $(, $p:ident)* ] = $one:literal | $other:literal) => {
        #[doc = $other]
        #[must_use]
        pub fn $name($count: u64 $(, $p: impl std::fmt::Display)*) -> String {
            let key = concat!(module_path!(), "::", stringify!($name));
            let template = $crate::i18n::lookup(key, if $crate::i18n::is_one($count) { $one } else { $other });
            $crate::i18n::fill(template, &[(stringify!($count), &$crate::i18n::number($count)) $(, (stringify!($p), &$p))*])
        }
    };
}

/// Declares texts: `name = "…";`, `name(parameter) = "… {parameter}";`, `name[count] = "one" | "many {count}";`.
macro_rules! texts {
    ($($name:ident $( ( $($p:ident),+ ) )? $( [ $count:ident $(, $q:ident)* ] )? = $one:literal $( | $other:literal )? ;)*) => {
        $($crate::i18n::wording! { $name $( ( $($p),+ ) )? $( [ $count $(, $q)* ] )? = $one $( | $other )? })*
    };
}

pub(crate) use texts;
pub(crate) use wording;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_filled_by_name() {
        assert_eq!(fill("{a} of {b}", &[("b", &2), ("a", &1)]), "1 of 2");
        assert_eq!(fill("{unknown} stays, {", &[]), "{unknown} stays, {");
    }

    #[test]
    fn plural_forms() {
        assert_eq!(text::ui::selected(1), "1 selected");
        assert_eq!(text::ui::changes(1), "1 change");
        assert_eq!(text::ui::changes(2_014), "2,014 changes");
    }
}
