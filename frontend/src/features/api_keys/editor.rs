//! The form of a key: a new one, or one that there is.

use leptos::prelude::*;
use quarterdeck_domain::{FieldError, PermissionSet, api_keys::ApiKey, users::UserKind};

use super::{
    acts::{Acts, Subject},
    model::Filled,
};
use crate::{
    i18n::text,
    session::use_session,
    transport::api,
    ui::{
        dialog::{FormDialog, open_with},
        end::{End, EndField},
        field::{Kind, TextField},
        permissions::PermissionsField,
        submission::Submission,
        time::midnight,
        toast::use_toasts,
    },
};

/// The fields of the form.
#[derive(Clone, Copy)]
struct Form {
    title: RwSignal<String>,
    scopes: RwSignal<PermissionSet>,
    end: RwSignal<String>,
    day: RwSignal<String>,
    networks: RwSignal<String>,
    requests: RwSignal<String>,
}

impl Form {
    fn new() -> Self {
        let text = || RwSignal::new(String::new());
        Self {
            title: text(),
            scopes: RwSignal::new(PermissionSet::NONE),
            end: text(),
            day: text(),
            networks: text(),
            requests: text(),
        }
    }

    fn fill(self, saved: Option<&ApiKey>, max_days: Option<u32>) {
        self.title.set(saved.map(|key| key.title.clone()).unwrap_or_default());
        self.scopes.set(saved.map(|key| key.scopes).unwrap_or_default());
        self.networks.set(saved.map(|key| key.networks.join("\n")).unwrap_or_default());
        let requests = saved.and_then(|key| key.requests_per_minute);
        self.requests.set(requests.map(|requests| requests.to_string()).unwrap_or_default());
        self.end.set(End::usual(max_days).value());
        self.day.set(String::new());
    }

    fn filled(self) -> Filled {
        Filled {
            title: self.title.get_untracked(),
            scopes: self.scopes.get_untracked(),
            end: End::parse(&self.end.get_untracked()),
            day: midnight(&self.day.get_untracked()),
            networks: self.networks.get_untracked(),
            requests: self.requests.get_untracked(),
        }
    }
}

/// Makes or changes a key.
#[component]
pub(super) fn EditorDialog(
    /// The key that is asked about.
    acts: Acts,
    /// What follows.
    done: Callback<()>,
) -> impl IntoView {
    let (session, toasts) = (use_session(), use_toasts());
    let max_days = Memo::new(move |_| session.me().and_then(|me| me.api_key_max_days));
    let form = Form::new();
    let submission @ Submission { busy, error, faults } = Submission::new();
    let saved = move || match acts.editing.get() {
        Some(Subject::Saved(key)) => Some(*key),
        Some(Subject::New | Subject::NewOf(_)) | None => None,
    };
    let open = open_with(acts.editing, move || {
        form.fill(untrack(saved).as_ref(), max_days.get_untracked());
        submission.reset();
    });
    // The service account that a new key is of.
    let account = move || match acts.editing.get() {
        Some(Subject::NewOf(account)) => Some(account),
        _ => None,
    };
    let is_of_service =
        Memo::new(move |_| account().is_some() || saved().is_some_and(|key| key.user_kind == UserKind::Service));
    let is_new = Memo::new(move |_| saved().is_none());
    let title = Signal::derive(move || match saved() {
        Some(key) => text::api_keys::edit_of(key.title),
        None => text::api_keys::create().to_owned(),
    });
    let verb = Signal::derive(move || {
        if is_new.get() { text::api_keys::create() } else { text::ui::save_changes() }.to_owned()
    });
    let submit = move |()| {
        let (saved, account, filled) = (untrack(saved), untrack(account), form.filled());
        submission.send(found(&filled, saved.is_none()), async move {
            match saved {
                Some(key) => {
                    let key = api().update_api_key(key.id, &filled.update(&key), Some(key.version)).await?;
                    toasts.say(text::api_keys::saved(key.title));
                }
                None => {
                    let body = filled.create();
                    let made = match account {
                        Some(account) => api().create_service_account_key(account, &body).await?,
                        None => api().create_api_key(&body).await?,
                    };
                    acts.shown.try_set(Some(made));
                }
            }
            open.try_set(false);
            done.try_run(());
            Ok(())
        });
    };
    let held = move || untrack(|| session.me().map(|me| me.permissions).unwrap_or_default());
    let offered = move || held().into_iter().filter(|permission| permission.is_for_keys()).collect::<Vec<_>>();
    view! {
        <FormDialog open title verb wide=true busy error submit=Callback::new(submit)>
            <TextField label=text::api_keys::title() value=form.title pointer="/title" faults help=Signal::stored(text::api_keys::title_help().to_owned()) name="title"/>
            {move || is_new.get().then(|| view! { <EndField end=form.end day=form.day max_days=max_days.get() help=end_help(max_days.get()) pointer="/ttl_seconds" faults/> })}
            {move || view! { <PermissionsField value=form.scopes offered=offered() label=text::api_keys::scopes() help=scopes_help(is_of_service.get()) pointer="/scopes" faults/> }}
            <TextField label=text::api_keys::networks() value=form.networks pointer="/networks" faults kind=Kind::Lines optional=true placeholder="192.0.2.0/24" help=Signal::stored(text::api_keys::networks_help().to_owned()) name="networks"/>
            <TextField label=text::api_keys::requests() value=form.requests pointer="/requests_per_minute" faults kind=Kind::Number optional=true unit=text::api_keys::per_minute() help=Signal::stored(text::api_keys::requests_help().to_owned()) name="requests_per_minute"/>
        </FormDialog>
    }
}

/// What is wrong with the form, found without the server. One field takes all networks.
fn found(filled: &Filled, is_new: bool) -> Vec<FieldError> {
    let mut faults = filled.create().faults();
    for fault in &mut faults {
        if fault.pointer.starts_with("/networks/") {
            fault.pointer = "/networks".to_owned();
        }
    }
    if is_new {
        faults.extend(filled.end.fault(filled.day));
    }
    faults
}

fn scopes_help(is_of_service: bool) -> &'static str {
    if is_of_service { text::api_keys::service_scopes_help() } else { text::api_keys::scopes_help() }
}

fn end_help(max_days: Option<u32>) -> String {
    match max_days {
        Some(days) => text::api_keys::max_days(days.into()),
        None => text::api_keys::end_help().to_owned(),
    }
}
