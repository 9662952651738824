//! Buttons: verb and object on them, one primary verb a page.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// How a button looks, by what it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Look {
    /// The verb of the page.
    Primary,
    /// Other verbs.
    #[default]
    Plain,
    /// A verb without a frame.
    Ghost,
    /// The last step of a destructive act.
    Danger,
    /// The first step of one, which opens a dialog.
    DangerQuiet,
}

impl Look {
    const fn name(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Plain => "plain",
            Self::Ghost => "ghost",
            Self::Danger => "danger",
            Self::DangerQuiet => "danger-quiet",
        }
    }
}

/// A button. With `submit` it sends its form.
#[component]
pub fn Button(
    /// Verb and object.
    #[prop(into)]
    label: Signal<String>,
    /// How it looks.
    #[prop(optional)]
    look: Look,
    /// `small` or `large`; the usual size when empty.
    #[prop(optional)]
    size: &'static str,
    /// Icon before the label.
    #[prop(optional, into)]
    icon: Option<Icon>,
    /// Whether it cannot be used now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Whether its act is on its way.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Whether it takes the whole width.
    #[prop(optional)]
    wide: bool,
    /// Whether it sends the form that it stands in.
    #[prop(optional)]
    submit: bool,
    /// What it does.
    #[prop(optional, into)]
    press: Option<Callback<()>>,
) -> impl IntoView {
    view! {
        <button
            class="button"
            type=if submit { "submit" } else { "button" }
            data-kind=look.name()
            data-size=size
            data-wide=wide.then_some("")
            data-busy=move || busy.get().then_some("")
            disabled=disabled
            // A disabled button would lose the keyboard.
            aria-disabled=move || busy.get().then_some("true")
            on:click=move |event| {
                if busy.get_untracked() {
                    event.prevent_default();
                } else if let Some(press) = press {
                    press.run(());
                }
            }
        >
            {move || match (busy.get(), icon) {
                (true, _) => Some(view! { <span class="spinner" aria-hidden="true"></span> }.into_any()),
                (false, Some(icon)) => Some(view! { <Glyph icon/> }.into_any()),
                (false, None) => None,
            }}
            <span>{label}</span>
        </button>
    }
}

/// A link that looks like a button.
#[component]
pub fn ButtonLink(
    /// Verb and object.
    #[prop(into)]
    label: Signal<String>,
    /// Where it leads.
    #[prop(into)]
    href: Signal<String>,
    /// How it looks.
    #[prop(optional)]
    look: Look,
    /// Icon before the label.
    #[prop(optional, into)]
    icon: Option<Icon>,
) -> impl IntoView {
    view! {
        <a class="button" href=href data-kind=look.name()>
            {icon.map(|icon| view! { <Glyph icon/> })}
            <span>{label}</span>
        </a>
    }
}

/// A button with an icon only; its label is read out and shown on hover.
#[component]
pub fn IconButton(
    /// What it does, in words.
    #[prop(into)]
    label: Signal<String>,
    /// Its icon.
    #[prop(into)]
    icon: Signal<Icon>,
    /// Whether it cannot be used now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// What it does.
    #[prop(into)]
    press: Callback<()>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="icon-button tip"
            data-tip=label
            aria-label=label
            disabled=disabled
            on:click=move |_| press.run(())
        >
            <Glyph icon/>
        </button>
    }
}
