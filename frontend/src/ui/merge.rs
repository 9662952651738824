//! A form beside what others save meanwhile: fields that nobody touched follow it, touched ones stay and tell of it.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use crate::i18n::text;

/// What a form compares its fields with.
#[derive(Debug)]
pub struct Saved<T: Send + Sync + 'static> {
    now: RwSignal<Option<T>>,
    /// As it was before somebody else saved, until this form is saved or discarded.
    former: RwSignal<Option<T>>,
}

impl<T: Send + Sync + 'static> Clone for Saved<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Saved<T> {}

impl<T: Clone + Send + Sync + 'static> Saved<T> {
    /// What is saved at first, if it is known.
    #[must_use]
    pub fn new(now: Option<T>) -> Self {
        Self { now: RwSignal::new(now), former: RwSignal::new(None) }
    }

    /// What is saved, as far as the form knows.
    #[must_use]
    pub const fn now(self) -> RwSignal<Option<T>> {
        self.now
    }

    /// The form shows `now` in all fields.
    pub fn take(self, now: T) {
        self.former.set(None);
        self.now.set(Some(now));
    }

    /// Somebody else saved `now`; `follow` gives it to the fields, which showed the value before it.
    pub fn renew(self, now: T, follow: impl FnOnce(&T, &T)) {
        if let Some(former) = self.now.try_get_untracked().flatten() {
            follow(&former, &now);
            self.former.update(|oldest| {
                oldest.get_or_insert(former);
            });
        }
        self.now.set(Some(now));
    }

    /// What somebody else saved where something else was typed here.
    pub fn rival<V: PartialEq + Clone + Send + Sync + 'static>(
        self,
        value: impl Fn() -> V + Send + Sync + 'static,
        of: impl Fn(&T) -> V + Send + Sync + 'static,
    ) -> Signal<Option<V>> {
        Signal::derive(move || {
            let former = self.former.with(|former| former.as_ref().map(&of))?;
            let now = self.now.with(|now| now.as_ref().map(&of))?;
            is_rival(&former, &now, &value()).then_some(now)
        })
    }
}

fn is_rival<V: PartialEq>(former: &V, now: &V, typed: &V) -> bool {
    former != now && typed != now
}

/// Gives a field what is saved now, unless somebody typed into it.
pub fn follow<V: PartialEq + Send + Sync + 'static>(value: RwSignal<V>, former: &V, now: V) {
    if value.with_untracked(|value| value == former) {
        value.set(now);
    }
}

/// Puts what somebody else saved into the field.
pub fn take_rival<V: Clone + Send + Sync + 'static>(value: RwSignal<V>, rival: Signal<Option<V>>) {
    if let Some(saved) = rival.get_untracked() {
        value.set(saved);
    }
}

/// Tells what somebody else saved in a field, and offers it.
#[component]
pub fn Rival(
    /// What was saved, in words.
    #[prop(into)]
    words: Signal<Option<String>>,
    /// Puts it into the field.
    #[prop(into)]
    take: Callback<()>,
) -> impl IntoView {
    let shown = move |words: String| match words.is_empty() {
        true => text::ui::emptied_meanwhile().to_owned(),
        false => text::ui::saved_meanwhile(words),
    };
    move || {
        words.get().map(|words| view! {
            <p class="field-rival" role="status">
                <Glyph icon=Icon::Users/>
                <span>{shown(words)}</span>
                <button type="button" class="link-button" on:click=move |_| take.run(())>{text::ui::take_over()}</button>
            </p>
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rival_is_what_others_changed_to_something_else_than_was_typed() {
        assert!(is_rival(&"Bob", &"Robert", &"Bobby"));
        assert!(!is_rival(&"Bob", &"Robert", &"Robert"), "both did the same");
        assert!(!is_rival(&"Bob", &"Bob", &"Bobby"), "only this form changes it");
    }
}
