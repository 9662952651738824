//! The page of all settings.

use std::collections::BTreeMap;

use leptos::{html, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};
use quarterdeck_client::ClientError;
use quarterdeck_domain::{FieldError, Permission, audit::TargetType, settings::Setting};

use super::{
    editor::SettingRow,
    history::HistoryDialog,
    model::{self, group_name, grouped, initial},
    reset::ResetDialog,
};
use crate::{
    browser::Pause,
    frame::{Crumb, Guarded, Page, PageHead},
    i18n::text,
    live::on_change,
    session::use_session,
    transport::api,
    ui::{
        dialog::FormDialog,
        dirty::{ChangeTable, DirtyBar},
        field::{Faults, TextField},
        icon::{Glyph, Icon},
        state::{EmptyState, ErrorState, PageSkeleton, Shape, renew},
        table::Query,
        toast::use_toasts,
    },
};

/// What the rows of the page share.
#[derive(Clone, Copy)]
pub(super) struct Editing {
    /// The settings as saved.
    pub settings: RwSignal<Vec<Setting>>,
    /// What stands in the fields, by key.
    pub typed: RwSignal<BTreeMap<String, String>>,
    /// Faults of the fields.
    pub faults: Faults,
    /// Whether the person may change settings.
    pub may_change: Memo<bool>,
    /// The setting whose history is shown.
    pub history: RwSignal<Option<Setting>>,
    /// The setting that is about to go back to its default.
    pub resetting: RwSignal<Option<Setting>>,
}

impl Editing {
    /// Takes a setting as saved in place of the former one.
    pub fn replace(self, setting: Setting) {
        self.typed.update(|typed| {
            typed.insert(setting.key.clone(), initial(&setting));
        });
        self.settings.update(|settings| {
            if let Some(slot) = settings.iter_mut().find(|known| known.key == setting.key) {
                *slot = setting;
            }
        });
    }

    fn take(self, settings: Vec<Setting>) {
        self.typed.set(settings.iter().map(|setting| (setting.key.clone(), initial(setting))).collect());
        self.settings.set(settings);
        self.faults.reset();
    }
}

/// The page of all settings.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let trail = vec![Crumb::group(text::frame::platform()), Crumb::page(text::frame::settings(), "/settings")];
    view! {
        <Page list=true trail=Signal::stored(trail)>
            <Guarded permission=Permission::SettingRead><Settings/></Guarded>
        </Page>
    }
}

#[component]
fn Settings() -> impl IntoView {
    let session = use_session();
    let editing = Editing {
        settings: RwSignal::new(Vec::new()),
        typed: RwSignal::new(BTreeMap::new()),
        faults: Faults::new(),
        may_change: Memo::new(move |_| session.may(Permission::SettingUpdate)),
        history: RwSignal::new(None),
        resetting: RwSignal::new(None),
    };
    let state: RwSignal<Option<Result<(), ClientError>>> = RwSignal::new(None);
    let changes = Memo::new(move |_| {
        editing.settings.with(|settings| editing.typed.with(|typed| model::changes(settings, typed)))
    });
    let load = move || {
        crate::browser::spawn(async move {
            match api().list_settings().await {
                Ok(list) => {
                    // What is typed is not taken away.
                    if changes.try_with_untracked(Vec::is_empty) == Some(true) {
                        editing.take(list.items);
                    }
                    renew(state, Ok(()));
                }
                Err(error) => renew(state, Err(error)),
            }
        });
    };
    load();
    on_change(|change| change.target.kind == TargetType::Setting, load);
    view! {
        <PageHead title=text::frame::settings()/>
        {move || match state.get() {
            None => view! { <PageSkeleton shape=Shape::Settings/> }.into_any(),
            Some(Err(error)) => view! { <ErrorState error retry=Callback::new(move |()| load())/> }.into_any(),
            Some(Ok(())) => view! { <Tools/><Body editing/> }.into_any(),
        }}
        <Saving editing changes/>
        <HistoryDialog editing/>
        <ResetDialog editing/>
    }
}

/// Search and "changed only", both in the URL.
#[component]
fn Tools() -> impl IntoView {
    let (search, navigate) = (use_location().search, use_navigate());
    let query = Memo::new(move |_| Query::parse(&search.get()));
    let go = Callback::new(move |query: Query| {
        navigate(
            &format!("/settings{query}"),
            NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() },
        );
    });
    let (pause, node) = (Pause::new(), NodeRef::<html::Input>::new());
    let sent = StoredValue::new(None::<String>);
    let typed = move |event| {
        let value = event_target_value(&event);
        pause.then(move || {
            sent.set_value(Some(value.clone()));
            go.run(query.get_untracked().with("q", Some(&value)));
        });
    };
    crate::browser::effect(move || {
        let wanted = query.with(|query| query.get("q").unwrap_or_default().to_owned());
        // The address writes into the field only when it changed by other means than typing.
        if sent.with_value(|sent| sent.as_deref() != Some(wanted.as_str()))
            && let Some(node) = node.get()
        {
            node.set_value(&wanted);
            sent.set_value(Some(wanted));
        }
    });
    view! {
        <div class="table-tools" role="search">
            <div class="table-search">
                <Glyph icon=Icon::Search/>
                <input class="input" type="search" data-filter="" placeholder=text::settings::search() aria-label=text::settings::search() node_ref=node on:input=typed/>
            </div>
            <label class="check">
                <input
                    type="checkbox"
                    class="checkbox"
                    prop:checked=move || query.with(|query| query.get("changed").is_some())
                    on:change=move |event| go.run(query.get_untracked().with("changed", event_target_checked(&event).then_some("true")))
                />
                <span>{text::settings::changed_only()}</span>
            </label>
        </div>
    }
}

#[component]
fn Body(editing: Editing) -> impl IntoView {
    let search = use_location().search;
    let shown = Memo::new(move |_| {
        let query = Query::parse(&search.get());
        editing.settings.with(|settings| {
            settings.iter().filter(|setting| model::is_shown(setting, &query)).cloned().collect::<Vec<_>>()
        })
    });
    view! {
        <div class="page-scroll">
            <div class="page-body settings">
                {move || shown.with(Vec::is_empty).then(|| view! { <EmptyState icon=Icon::Search title=text::settings::none() words=text::settings::none_words()/> })}
                {move || grouped(shown.get()).into_iter().map(|(group, settings)| view! {
                    <section>
                        <h2>{group_name(&group)}</h2>
                        {settings.into_iter().map(|setting| view! { <SettingRow setting editing/> }).collect_view()}
                    </section>
                }).collect_view()}
            </div>
        </div>
    }
}

/// The dirty bar, and the dialog that asks for the reason before it saves.
#[component]
fn Saving(editing: Editing, changes: Memo<Vec<crate::ui::dirty::FieldChange>>) -> impl IntoView {
    let (session, toasts) = (use_session(), use_toasts());
    let (open, reason) = (RwSignal::new(false), RwSignal::new(String::new()));
    let (busy, error) = (RwSignal::new(false), RwSignal::new(None::<ClientError>));
    let body = move || {
        editing.settings.with_untracked(|settings| {
            editing.typed.with_untracked(|typed| model::update(settings, typed, &reason.get_untracked()))
        })
    };
    let (search, navigate) = (use_location().search, use_navigate());
    // A fault that the search hides would leave the button without effect.
    let show = Callback::new(move |faults: Vec<FieldError>| {
        let query = Query::parse(&search.get_untracked());
        let is_faulty = |setting: &Setting| faults.iter().any(|fault| fault.pointer == model::pointer(&setting.key));
        let is_hidden = |setting: &Setting| is_faulty(setting) && !model::is_shown(setting, &query);
        if editing.settings.with_untracked(|settings| settings.iter().any(is_hidden)) {
            navigate("/settings", NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() });
        }
        editing.faults.show(faults);
    });
    let ask = move |()| match body() {
        Ok(_) => {
            error.set(None);
            reason.set(String::new());
            open.set(true);
        }
        Err(faults) => show.run(faults),
    };
    let save = move |()| {
        let Ok(update) = body() else { return };
        busy.set(true);
        crate::browser::spawn(async move {
            match api().update_settings(&update).await {
                Ok(list) => {
                    editing.take(list.items);
                    open.set(false);
                    toasts.say(text::settings::saved(update.values.len() as u64));
                    session.reload_meta().await;
                }
                Err(refused) => match refused.problem().map(|problem| problem.errors.clone()) {
                    Some(faults) if !faults.is_empty() => {
                        open.set(false);
                        show.run(faults);
                    }
                    _ => error.set(Some(refused)),
                },
            }
            busy.set(false);
        });
    };
    let discard = move |()| editing.take(editing.settings.get_untracked());
    let verb = Signal::derive(move || text::settings::save(changes.with(Vec::len) as u64));
    view! {
        <DirtyBar changes busy discard=Callback::new(discard) save=Callback::new(ask)/>
        <FormDialog open title=text::settings::save_title() verb busy error submit=Callback::new(save)>
            <ChangeTable changes/>
            <TextField label=text::ui::reason() value=reason help=Signal::stored(text::settings::reason_help().to_owned()) optional=true name="reason" autofocus=true/>
        </FormDialog>
    }
}
