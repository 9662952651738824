//! Fields: label above, help and unit beside, errors below, each found by the pointer of the fault.

use std::collections::BTreeSet;

use leptos::prelude::*;
use quarterdeck_client::ClientError;
use quarterdeck_domain::FieldError;

use super::{
    icon::{Glyph, Icon},
    merge::{Rival, take_rival},
    popover::fresh_id,
};
use crate::{browser, i18n::text};

/// The faults of a form, from the client's own checks or from the server.
#[derive(Debug, Clone, Copy)]
pub struct Faults {
    found: RwSignal<Vec<FieldError>>,
    /// Pointers of the fields that show theirs.
    fields: StoredValue<BTreeSet<String>>,
}

impl Faults {
    /// No faults.
    #[must_use]
    pub fn new() -> Self {
        Self { found: RwSignal::new(Vec::new()), fields: StoredValue::new(BTreeSet::new()) }
    }

    /// Shows `faults` and puts the keyboard on the first faulty field. Whether there is none.
    pub fn show(self, faults: Vec<FieldError>) -> bool {
        let none = faults.is_empty();
        self.found.set(faults);
        if !none {
            browser::next_frame(|| {
                browser::focus_first("dialog[open] [aria-invalid=true], [aria-invalid=true]");
            });
        }
        none
    }

    /// Shows the faults that `error` names at their fields. What is left to say of the form as a whole, those faults included
    /// that no field shows.
    pub fn take(self, error: ClientError) -> Option<ClientError> {
        let mut problem = match error {
            ClientError::Problem(problem) if !problem.errors.is_empty() => problem,
            other => return Some(other),
        };
        self.show(problem.errors.clone());
        let stray = self.fields.try_with_value(|fields| strays(&problem.errors, fields)).flatten()?;
        problem.detail = stray;
        Some(ClientError::Problem(problem))
    }

    /// Forgets the faults at `pointer`: its value is being changed.
    pub fn clear(self, pointer: &str) {
        if self.found.with_untracked(|faults| faults.iter().any(|fault| fault.pointer == pointer)) {
            self.found.update(|faults| faults.retain(|fault| fault.pointer != pointer));
        }
    }

    /// Forgets all faults.
    pub fn reset(self) {
        self.found.set(Vec::new());
    }

    /// What is wrong at `pointer`, as a sentence.
    #[must_use]
    pub fn at(self, pointer: &str) -> Option<String> {
        self.fields.try_update_value(|fields| fields.contains(pointer) || fields.insert(pointer.to_owned()));
        self.found.with(|faults| sentence(faults, pointer))
    }
}

impl Default for Faults {
    fn default() -> Self {
        Self::new()
    }
}

/// The messages at `pointer`, each with a capital and a full stop.
fn sentence(faults: &[FieldError], pointer: &str) -> Option<String> {
    let said: Vec<String> = faults
        .iter()
        .filter(|fault| fault.pointer == pointer)
        .map(|fault| {
            let mut chars = fault.message.chars();
            let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
            let stop = if fault.message.ends_with(['.', '!', '?']) { "" } else { "." };
            format!("{first}{}{stop}", chars.as_str())
        })
        .collect();
    (!said.is_empty()).then(|| said.join(" "))
}

/// The faults at pointers that are none of `fields`, each with the name of what it is about.
fn strays(faults: &[FieldError], fields: &BTreeSet<String>) -> Option<String> {
    let stray: BTreeSet<&str> =
        faults.iter().map(|fault| fault.pointer.as_str()).filter(|pointer| !fields.contains(*pointer)).collect();
    let said = stray.into_iter().filter_map(|pointer| {
        let words = sentence(faults, pointer)?;
        let name = pointer.rsplit('/').next().unwrap_or_default().replace("~1", "/").replace("~0", "~");
        Some(if name.is_empty() { words } else { format!("{name}: {words}") })
    });
    let said = said.collect::<Vec<_>>().join(" ");
    (!said.is_empty()).then_some(said)
}

/// Kinds of one-line fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// Text.
    #[default]
    Text,
    /// A password, with a button that shows it.
    Password,
    /// An e-mail address.
    Email,
    /// A URL.
    Url,
    /// A whole number.
    Number,
    /// Several lines.
    Lines,
    /// A day, as the browser lets choose it.
    Date,
    /// A time zone, with the names that the browser knows.
    TimeZone,
}

/// A field for text.
#[component]
pub fn TextField(
    /// Label.
    #[prop(into)]
    label: Signal<String>,
    /// Its text.
    value: RwSignal<String>,
    /// Pointer of its faults.
    #[prop(optional, into)]
    pointer: String,
    /// The form's faults.
    #[prop(optional)]
    faults: Option<Faults>,
    /// Kind of text.
    #[prop(optional)]
    kind: Kind,
    /// What it is for.
    #[prop(optional, into)]
    help: Option<Signal<String>>,
    /// Unit behind the field.
    #[prop(optional, into)]
    unit: Option<String>,
    /// Example text.
    #[prop(optional, into)]
    placeholder: String,
    /// What the browser may fill in (HTML `autocomplete`).
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Whether it may stay empty; said beside the label.
    #[prop(optional)]
    optional: bool,
    /// Whether it cannot be changed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Whether the text is an id or code.
    #[prop(optional)]
    mono: bool,
    /// Whether the label is only read out.
    #[prop(optional)]
    bare: bool,
    /// Whether it takes both columns.
    #[prop(optional)]
    wide: bool,
    /// Whether the keyboard begins here.
    #[prop(optional)]
    autofocus: bool,
    /// Test hook and form name.
    #[prop(optional)]
    name: &'static str,
    /// What somebody else saved meanwhile.
    #[prop(optional, into)]
    rival: Signal<Option<String>>,
) -> impl IntoView {
    let id = fresh_id("field");
    let (help_id, error_id) = (format!("{id}-help"), format!("{id}-error"));
    let zones_id = (kind == Kind::TimeZone).then(|| format!("{id}-zones"));
    let pointer = StoredValue::new(pointer);
    let error = Memo::new(move |_| faults.and_then(|faults| pointer.with_value(|pointer| faults.at(pointer))));
    let described = {
        let (help_id, error_id) = (help_id.clone(), error_id.clone());
        let has_help = help.is_some();
        move || match (has_help, error.with(Option::is_some)) {
            (true, true) => Some(format!("{error_id} {help_id}")),
            (true, false) => Some(help_id.clone()),
            (false, true) => Some(error_id.clone()),
            (false, false) => None,
        }
    };
    let form_name = (!name.is_empty()).then_some(name);
    let shown = RwSignal::new(false);
    let input = move |text: String| {
        value.set(text);
        if let Some(faults) = faults {
            pointer.with_value(|pointer| faults.clear(pointer));
        }
    };
    let html_type = move || match kind {
        Kind::Password if !shown.get() => "password",
        Kind::Email => "email",
        Kind::Url => "url",
        Kind::Date => "date",
        _ => "text",
    };
    let node: NodeRef<leptos::html::Input> = NodeRef::new();
    if autofocus {
        browser::effect(move || {
            if let Some(node) = node.get() {
                browser::next_frame(move || {
                    let _unfocusable = node.focus();
                });
            }
        });
    }
    let field = if kind == Kind::Lines {
        view! {
            <textarea
                id=id.clone()
                class="input"
                name=form_name
                rows="3"
                placeholder=placeholder
                disabled=disabled
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                aria-describedby=described
                prop:value=move || value.get()
                on:input=move |event| input(event_target_value(&event))
            ></textarea>
        }
        .into_any()
    } else {
        view! {
            <span class="affix" data-inside=(kind == Kind::Password).then_some("")>
                <input
                    node_ref=node
                    id=id.clone()
                    class="input"
                    name=form_name
                    type=html_type
                    inputmode=(kind == Kind::Number).then_some("numeric")
                    autocomplete=autocomplete
                    autocapitalize="off"
                    spellcheck="false"
                    placeholder=placeholder
                    disabled=disabled
                    data-mono=mono.then_some("")
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    aria-describedby=described
                    aria-required=(!optional).then_some("true")
                    prop:value=move || value.get()
                    list=zones_id.clone()
                    on:input=move |event| input(event_target_value(&event))
                />
                {zones_id.map(|id| view! {
                    <datalist id=id>
                        {browser::time_zones().into_iter().map(|zone| view! { <option value=zone></option> }).collect_view()}
                    </datalist>
                })}
                {(kind == Kind::Password).then(|| view! {
                    <button
                        type="button"
                        class="icon-button"
                        aria-label=move || if shown.get() { text::ui::hide_password() } else { text::ui::show_password() }
                        aria-pressed=move || shown.get().to_string()
                        on:click=move |_| shown.update(|shown| *shown = !*shown)
                    >
                        <Glyph icon=Signal::derive(move || if shown.get() { Icon::EyeOff } else { Icon::Eye })/>
                    </button>
                })}
                {unit.map(|unit| view! { <span class="unit">{unit}</span> })}
            </span>
        }
        .into_any()
    };
    view! {
        <div class="field" data-wide=wide.then_some("")>
            <label for=id class:visually-hidden=bare>{label} {optional.then(|| view! { <span class="field-optional">{text::ui::optional()}</span> })}</label>
            {field}
            <FieldError id=error_id error/>
            <Rival words=rival take=move |()| take_rival(value, rival)/>
            {help.map(|help| view! { <p class="field-help" id=help_id>{help}</p> })}
        </div>
    }
}

/// What is wrong with a field.
#[component]
pub fn FieldError(
    /// Id that the field names.
    #[prop(into)]
    id: String,
    /// What is wrong.
    #[prop(into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    view! {
        <div id=id aria-live="polite">
            {move || error.get().map(|error| view! { <p class="field-error"><Glyph icon=Icon::Error/>{error}</p> })}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_become_sentences_at_their_field() {
        let faults = [
            FieldError::new("/password", "too-short", "must have at least 12 characters"),
            FieldError::new("/username", "format", "x"),
            FieldError::new("/password", "too-common", "is easy to guess."),
        ];
        assert_eq!(
            sentence(&faults, "/password").as_deref(),
            Some("Must have at least 12 characters. Is easy to guess.")
        );
        assert_eq!(sentence(&faults, "/email"), None);
    }

    #[test]
    fn what_no_field_shows_is_said_of_the_whole() {
        let faults = [
            FieldError::new("/query/utm", "unknown", "is no parameter of this table"),
            FieldError::new("/name", "required", "must not be empty"),
            FieldError::new("", "format", "is no file"),
        ];
        let fields = |names: &[&str]| names.iter().map(ToString::to_string).collect::<BTreeSet<String>>();
        let said = strays(&faults, &fields(&["/name"]));
        assert_eq!(said.as_deref(), Some("Is no file. utm: Is no parameter of this table."));
        assert_eq!(strays(&faults, &fields(&["/name", "", "/query/utm"])), None);
    }
}
