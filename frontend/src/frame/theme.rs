//! Light, dark, or as the system has it; kept in this browser and put on the root element.

use leptos::prelude::*;

use crate::{browser, i18n::text, ui::icon::Icon};

const KEY: &str = "qd.theme";

/// A choice of theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// As the system has it.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Choice {
    /// All choices.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// Its word.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::System => text::frame::system(),
            Self::Light => text::frame::light(),
            Self::Dark => text::frame::dark(),
        }
    }

    /// Its icon.
    #[must_use]
    pub const fn icon(self) -> Icon {
        match self {
            Self::System => Icon::Contrast,
            Self::Light => Icon::Sun,
            Self::Dark => Icon::Moon,
        }
    }

    const fn stored(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }
}

/// The theme of the page.
#[derive(Debug, Clone, Copy)]
pub struct Theme(RwSignal<Choice>);

impl Theme {
    /// The theme that was kept.
    #[must_use]
    pub fn start() -> Self {
        let kept = browser::stored(KEY);
        let choice =
            Choice::ALL.into_iter().find(|choice| choice.stored() == kept.as_deref()).unwrap_or(Choice::System);
        Self(RwSignal::new(choice))
    }

    /// The choice.
    #[must_use]
    pub fn get(self) -> Choice {
        self.0.get()
    }

    /// Chooses, keeps and applies.
    pub fn set(self, choice: Choice) {
        self.0.set(choice);
        browser::store(KEY, choice.stored());
        if let Some(root) = document().document_element() {
            let _refused = match choice.stored() {
                Some(name) => root.set_attribute("data-theme", name),
                None => root.remove_attribute("data-theme"),
            };
        }
    }
}
