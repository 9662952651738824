//! A column of a list: what it draws, how it sorts, and how much room it takes.

use std::sync::Arc;

use leptos::prelude::*;

use crate::i18n::text;

/// Where a cell stands on a narrow screen, where a row is a card of two lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Slot {
    /// The name: first line. Exactly one column has it.
    Main,
    /// The state: end of the first line.
    State,
    /// The facts: second line. One column has it.
    Meta,
    /// Not on the card.
    #[default]
    Wide,
}

impl Slot {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::State => "state",
            Self::Meta => "meta",
            Self::Wide => "wide",
        }
    }
}

/// How much of the width a column of the table gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Room {
    /// What its content needs, or more: it is never cut.
    Fit,
    /// A share; longer texts end with an ellipsis.
    #[default]
    Share,
    /// A small share, for words that are mostly short.
    Little,
    /// A good share, for texts that take two lines before they are cut.
    Ample,
    /// A large share, for sentences; as the main column all that the others leave.
    Large,
}

impl Room {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Fit => "fit",
            Self::Share => "share",
            Self::Little => "little",
            Self::Ample => "ample",
            Self::Large => "large",
        }
    }
}

type Cell<T> = Arc<dyn Fn(&T) -> AnyView + Send + Sync>;

/// A column.
pub struct Column<T> {
    pub(super) key: &'static str,
    pub(super) label: &'static str,
    pub(super) sort: Option<&'static str>,
    pub(super) slot: Slot,
    pub(super) at_end: bool,
    pub(super) hidden: bool,
    pub(super) room: Room,
    pub(super) low: u8,
    pub(super) cell: Cell<T>,
}

impl<T> Clone for Column<T> {
    fn clone(&self) -> Self {
        Self { cell: self.cell.clone(), ..*self }
    }
}

impl<T> Column<T> {
    /// A column that draws `cell`.
    pub fn new<V: IntoAny>(
        key: &'static str,
        label: &'static str,
        cell: impl Fn(&T) -> V + Send + Sync + 'static,
    ) -> Self {
        let cell: Cell<T> = Arc::new(move |row| cell(row).into_any());
        Self { key, label, sort: None, slot: Slot::Wide, at_end: false, hidden: false, room: Room::Share, low: 0, cell }
    }

    /// Its name.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        self.key
    }

    /// The same, whose header sorts by `key` of the API.
    #[must_use]
    pub fn sorted_by(mut self, key: &'static str) -> Self {
        self.sort = Some(key);
        self
    }

    /// The same, with a place on the narrow card.
    #[must_use]
    pub fn slot(mut self, slot: Slot) -> Self {
        self.slot = slot;
        self
    }

    /// The same, flush with the end: for numbers.
    #[must_use]
    pub fn at_end(mut self) -> Self {
        self.at_end = true;
        self.fit()
    }

    /// The same, as wide as its content: for times, states and other short words.
    #[must_use]
    pub fn fit(mut self) -> Self {
        self.room = Room::Fit;
        self
    }

    /// The same, with little room: for words that are mostly short.
    #[must_use]
    pub fn narrow(mut self) -> Self {
        self.room = Room::Little;
        self
    }

    /// The same, with good room: for texts that take two lines before they are cut.
    #[must_use]
    pub fn ample(mut self) -> Self {
        self.room = Room::Ample;
        self
    }

    /// The same, with much room: for sentences.
    #[must_use]
    pub fn wide(mut self) -> Self {
        self.room = Room::Large;
        self
    }

    /// The same, which goes where the list is narrow: those with a higher number first.
    #[must_use]
    pub fn low(mut self, rank: u8) -> Self {
        self.low = rank;
        self
    }

    /// The same, shown only when it is chosen.
    #[must_use]
    pub fn hidden(mut self) -> Self {
        self.hidden = true;
        self
    }
}

/// A text, or a dash that says there is none.
#[must_use]
pub fn or_dash(words: Option<String>) -> AnyView {
    match words.filter(|words| !words.is_empty()) {
        Some(words) => {
            let whole = words.clone();
            view! { <span title=whole>{words}</span> }.into_any()
        }
        None => view! { <span class="faint" aria-label=text::ui::none()>"–"</span> }.into_any(),
    }
}
