//! A page within the frame: its trail, its head, and the permission that opens it.

use leptos::prelude::*;
use quarterdeck_client::ClientError;
use quarterdeck_domain::{Error, Permission, Problem};

use crate::{
    i18n::number,
    session::use_session,
    ui::{state::ErrorState, table::Extent},
};

/// A step of the way to a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crumb {
    /// Its name.
    pub label: String,
    /// Its address, if it has a page.
    pub href: Option<String>,
}

impl Crumb {
    /// A step without a page of its own: a group.
    pub fn group(label: impl Into<String>) -> Self {
        Self { label: label.into(), href: None }
    }

    /// A step with a page.
    pub fn page(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: Some(href.into()) }
    }
}

/// The way to the page that is open.
#[derive(Debug, Clone, Copy)]
pub struct Trail(RwSignal<Vec<Crumb>>);

impl Trail {
    /// No page is open yet.
    #[must_use]
    pub fn new() -> Self {
        Self(RwSignal::new(Vec::new()))
    }

    /// No page is open any more.
    pub fn clear(self) {
        self.0.set(Vec::new());
    }

    /// The steps.
    #[must_use]
    pub fn get(self) -> Vec<Crumb> {
        self.0.get()
    }
}

impl Default for Trail {
    fn default() -> Self {
        Self::new()
    }
}

/// A page. Its trail is shown in the bar and names the window.
#[component]
pub fn Page(
    /// The way to it.
    #[prop(into)]
    trail: Signal<Vec<Crumb>>,
    /// Whether it is a list, which fills the window and scrolls within.
    #[prop(optional)]
    list: bool,
    /// What it holds.
    children: Children,
) -> impl IntoView {
    let shown = expect_context::<Trail>();
    let session = use_session();
    crate::browser::effect(move || {
        let crumbs = trail.get();
        let name = crumbs.last().map(|crumb| crumb.label.clone()).unwrap_or_default();
        document().set_title(&crate::i18n::text::ui::window_title(name, session.platform_name()));
        shown.0.set(crumbs);
    });
    view! { <div class="page" data-list=list.then_some("")>{children()}</div> }
}

/// Title, exact count, verbs, and facts below.
#[component]
pub fn PageHead(
    /// Title.
    #[prop(into)]
    title: Signal<String>,
    /// How many rows the list has.
    #[prop(optional, into)]
    extent: Signal<Option<Extent>>,
    /// Pills beside the title.
    #[prop(optional, into)]
    state: ViewFn,
    /// Facts in one line below, or a sentence.
    #[prop(optional, into)]
    facts: ViewFn,
    /// Verbs.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let count = move || {
        extent.get().map(|extent| {
            let sign = if extent.is_exact { "" } else { "+" };
            view! { <span class="count">{number(extent.total)}{sign}</span> }
        })
    };
    view! {
        <div class="page-head">
            <h1><span>{title}</span> {count}</h1>
            {state.run()}
            {children.map(|children| view! { <div class="page-verbs">{children()}</div> })}
            {facts.run()}
        </div>
    }
}

/// Shows its content to those who hold the permission; others read which one is missing.
#[component]
pub fn Guarded(
    /// What opens it.
    permission: Permission,
    /// Whether it has to be held on more than what is one's own.
    #[prop(optional)]
    others: bool,
    /// The page.
    children: ChildrenFn,
) -> impl IntoView {
    let session = use_session();
    let allowed = Memo::new(move |_| match others {
        true => session.reaches_others(permission),
        false => session.may(permission),
    });
    move || {
        if allowed.get() {
            children().into_any()
        } else {
            let explanation = untrack(|| session.explanation(permission));
            let problem = Problem { explanation, ..Problem::new(&Error::Forbidden(permission), "", "") };
            view! { <ErrorState page=true error=ClientError::Problem(Box::new(problem))/> }.into_any()
        }
    }
}
