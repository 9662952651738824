//! State pills: an icon and a word, never colour alone; avatars.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// What a state means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// Neither good nor bad.
    #[default]
    Quiet,
    /// As it should be.
    Good,
    /// Asks for attention.
    Warn,
    /// Not as it should be.
    Bad,
    /// Out of the ordinary: elevation, system acts.
    Special,
    /// Selected or own.
    Accent,
}

impl Tone {
    /// Name in the style sheet.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Quiet => "quiet",
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Special => "special",
            Self::Accent => "accent",
        }
    }
}

/// A state with icon and word.
#[component]
pub fn Pill(
    /// What it means.
    #[prop(optional)]
    tone: Tone,
    /// Icon; a tag without state may go without.
    #[prop(optional, into)]
    icon: Option<Icon>,
    /// Word.
    #[prop(into)]
    label: String,
    /// Whether it stands in a table, where only the icon carries colour.
    #[prop(optional)]
    bare: bool,
) -> impl IntoView {
    view! {
        <span class="pill" data-tone=tone.name() data-bare=bare.then_some("") data-plain=icon.is_none().then_some("")>
            {icon.map(|icon| view! { <Glyph icon/> })}
            {label}
        </span>
    }
}

/// The first letters of first and last word of a name.
#[must_use]
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let first = words.next();
    let last = words.next_back();
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

/// A disc with initials, or with an image over them.
#[component]
pub fn Avatar(
    /// Whose.
    #[prop(into)]
    name: Signal<String>,
    /// Whether it heads a page.
    #[prop(optional)]
    large: bool,
    /// Whether it stands for an organization: a square.
    #[prop(optional)]
    square: bool,
    /// Address of the image.
    #[prop(optional, into)]
    image: Signal<Option<String>>,
) -> impl IntoView {
    // Drawn by the style sheet: the initials are a picture, not a part of the name of the button that holds them.
    view! {
        <span
            class="avatar"
            data-large=large.then_some("")
            data-square=square.then_some("")
            data-initials=move || initials(&name.get())
            aria-hidden="true"
        >
            {move || image.get().map(|image| view! { <img src=image alt=""/> })}
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_of_names() {
        assert_eq!(
            [initials("Ada Byron"), initials("ada"), initials("José de la Cruz"), initials("")],
            ["AB", "A", "JC", ""]
        );
    }
}
