//! A form over the texts of a record: what others save meanwhile stands beside what is typed, what is not saved in a bar.

use std::sync::Arc;

use leptos::prelude::*;
use quarterdeck_client::ClientError;
use quarterdeck_domain::FieldError;

use super::{
    dirty::{DirtyBar, FieldChange},
    merge::{Saved, follow},
    state::{Banner, FormError},
    submission::Submission,
    toast::{Toasts, use_toasts},
};
use crate::{browser, i18n::text};

/// A text of a record.
pub struct TextOf<T> {
    field: Typed,
    of: Arc<dyn Fn(&T) -> String + Send + Sync>,
}

impl<T> TextOf<T> {
    /// The text `of` a record, which is typed into `value`.
    pub fn new(
        label: &'static str,
        value: RwSignal<String>,
        of: impl Fn(&T) -> String + Send + Sync + 'static,
    ) -> Self {
        Self { field: Typed { label, value, words: |text| text }, of: Arc::new(of) }
    }

    /// The same, where the text is a code with `words`.
    #[must_use]
    pub fn told(mut self, words: fn(String) -> String) -> Self {
        self.field.words = words;
        self
    }
}

/// Where a text is typed, whatever it is a text of.
#[derive(Debug, Clone, Copy)]
struct Typed {
    label: &'static str,
    value: RwSignal<String>,
    words: fn(String) -> String,
}

/// The texts of a form, as typed and as saved.
#[derive(Debug, Clone, Copy)]
pub struct Texts {
    fields: StoredValue<Vec<Typed>>,
    saved: Saved<Vec<String>>,
    changes: Memo<Vec<FieldChange>>,
}

impl Texts {
    fn new(fields: Vec<Typed>) -> Self {
        let (fields, saved) = (StoredValue::new(fields), Saved::<Vec<String>>::new(None));
        let changes = Memo::new(move |_| {
            let saved = saved.now().get().unwrap_or_default();
            let change = |(field, saved): (&Typed, String)| {
                FieldChange::of(field.label, (field.words)(saved), (field.words)(field.value.get()))
            };
            fields.with_value(|fields| fields.iter().zip(saved).filter_map(change).collect())
        });
        Self { fields, saved, changes }
    }

    /// Shows `now` in all fields. The form may be gone by the time that the server answers.
    fn take(self, now: Vec<String>) {
        self.fields.try_with_value(|fields| {
            for (field, now) in fields.iter().zip(&now) {
                field.value.set(now.clone());
            }
            self.saved.take(now);
        });
    }

    /// Somebody else saved `now`.
    fn renew(self, now: Vec<String>) {
        self.fields.try_with_value(|fields| {
            self.saved.renew(now, |former, now| {
                for (field, (former, now)) in fields.iter().zip(former.iter().zip(now)) {
                    follow(field.value, former, now.clone());
                }
            });
        });
    }

    /// What somebody else saved where something else was typed into `value`.
    #[must_use]
    pub fn rival(self, value: RwSignal<String>) -> Signal<Option<String>> {
        let place = self.fields.with_value(|fields| fields.iter().position(|field| field.value == value));
        let of = move |texts: &Vec<String>| place.and_then(|place| texts.get(place).cloned()).unwrap_or_default();
        self.saved.rival(move || value.get(), of)
    }
}

/// A form over a record.
pub struct Edit<T: 'static> {
    /// Its texts.
    pub texts: Texts,
    /// Its way to the server.
    pub submission: Submission,
    /// The version that the texts were read from: what is typed is compared with it, not with what others saved since.
    pub base: RwSignal<Option<T>>,
    row: RwSignal<Option<T>>,
    of: StoredValue<Vec<TextOf<T>>>,
    reload: Callback<()>,
    toasts: Toasts,
}

impl<T: 'static> Clone for Edit<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: 'static> Copy for Edit<T> {}

impl<T: Clone + PartialEq + Send + Sync + 'static> Edit<T> {
    /// A form of `texts` over `row`, which `reload` reads again.
    #[must_use]
    pub fn new(row: RwSignal<Option<T>>, texts: Vec<TextOf<T>>, reload: Callback<()>) -> Self {
        let edit = Self {
            texts: Texts::new(texts.iter().map(|text| text.field).collect()),
            submission: Submission::new(),
            base: RwSignal::new(None),
            row,
            of: StoredValue::new(texts),
            reload,
            toasts: use_toasts(),
        };
        edit.take_row();
        browser::effect(move || {
            row.track();
            let is_newer = row.with_untracked(|row| edit.base.with_untracked(|base| row != base));
            if is_newer && edit.texts.changes.with_untracked(Vec::is_empty) {
                edit.take_row();
            }
        });
        edit
    }

    fn texts_of(self, row: &T) -> Vec<String> {
        self.of.try_with_value(|texts| texts.iter().map(|text| (text.of)(row)).collect()).unwrap_or_default()
    }

    fn take(self, row: T) {
        self.texts.take(self.texts_of(&row));
        self.base.set(Some(row));
        self.submission.reset();
    }

    /// Takes what the page shows.
    fn take_row(self) {
        if let Some(row) = self.row.get_untracked() {
            self.take(row);
        }
    }

    /// Takes back what was typed.
    #[must_use]
    pub fn discard(self) -> Callback<()> {
        Callback::new(move |()| self.take_row())
    }

    /// Fills the form with what `read` finds saved, where somebody else saved first; what was typed stays.
    pub fn load_current<F>(self, read: impl Fn(T) -> F + Send + Sync + 'static) -> Callback<()>
    where
        F: Future<Output = Result<T, ClientError>> + 'static,
    {
        Callback::new(move |()| {
            let Some(reading) = self.base.get_untracked().map(&read) else { return };
            browser::spawn(async move {
                if let Ok(row) = reading.await {
                    self.texts.renew(self.texts_of(&row));
                    self.base.set(Some(row));
                    self.submission.reset();
                    self.reload.try_run(());
                }
            });
        })
    }

    /// Sends what was typed, unless `found` names faults; `saving` gives the record as it is then, and `words` tell it.
    pub fn save(
        self,
        found: Vec<FieldError>,
        saving: impl Future<Output = Result<T, ClientError>> + 'static,
        words: &'static str,
    ) {
        self.submission.send(found, async move {
            self.take(saving.await?);
            self.toasts.say(words);
            self.reload.try_run(());
            Ok(())
        });
    }
}

/// The page of a form: why something cannot be changed, the fields, what stands below them, and the bar.
#[component]
pub fn EditPage(
    /// The form's texts.
    texts: Texts,
    /// Its way to the server.
    submission: Submission,
    /// Why fields cannot be changed.
    #[prop(into)]
    refusals: Signal<Vec<String>>,
    /// Saves.
    save: Callback<()>,
    /// Takes back what was typed.
    discard: Callback<()>,
    /// Reads what is saved now.
    load_current: Callback<()>,
    /// What stands below the form.
    #[prop(optional, into)]
    below: ViewFn,
    /// The fields.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="page-scroll">
            <div class="page-body">
                {move || refusals.get().into_iter().map(|words| view! { <Banner tone="info" boxed=true><p>{words}</p></Banner> }).collect_view()}
                <FormError error=submission.error load_current/>
                <form class="form" novalidate on:submit=move |event| { event.prevent_default(); save.run(()); }>
                    <div class="form-grid">{children()}</div>
                    <button type="submit" class="visually-hidden" tabindex="-1">{text::ui::save_changes()}</button>
                </form>
                {below.run()}
            </div>
            <DirtyBar changes=texts.changes busy=submission.busy discard save/>
        </div>
    }
}
