//! The history of a setting, with one click back to each value.

use leptos::prelude::*;
use quarterdeck_client::ClientError;
use quarterdeck_domain::settings::{ListSettingHistory, RestoreSetting, Setting, SettingVersion};

use super::{list::Editing, model::shown};
use crate::{
    i18n::text,
    session::use_session,
    transport::api,
    ui::{
        button::{Button, Look},
        dialog::Dialog,
        icon::Icon,
        state::{ErrorState, Skeleton},
        time::When,
        toast::use_toasts,
    },
};

/// Shows the history of `editing.history`.
#[component]
pub(super) fn HistoryDialog(editing: Editing) -> impl IntoView {
    let open = RwSignal::new(false);
    crate::browser::effect(move || open.set(editing.history.with(Option::is_some)));
    crate::browser::effect(move || {
        if !open.get() && editing.history.with_untracked(Option::is_some) {
            editing.history.set(None);
        }
    });
    let title = Signal::derive(move || {
        editing.history.with(|setting| {
            setting.as_ref().map(|setting| text::settings::history_of(&setting.title)).unwrap_or_default()
        })
    });
    view! {
        <Dialog open title wide=true>
            {move || editing.history.get().map(|setting| view! { <Versions setting editing open/> })}
        </Dialog>
    }
}

#[component]
fn Versions(setting: Setting, editing: Editing, open: RwSignal<bool>) -> impl IntoView {
    let loaded: RwSignal<Option<Result<Vec<SettingVersion>, ClientError>>> = RwSignal::new(None);
    let key = setting.key.clone();
    crate::browser::spawn(async move {
        let outcome =
            api().get_setting_history(&key, &ListSettingHistory::default()).await.map(|history| history.items);
        loaded.try_set(Some(outcome));
    });
    let setting = StoredValue::new(setting);
    view! {
        <div class="dialog-body">
            {move || match loaded.get() {
                None => view! { <Skeleton width="l"/> }.into_any(),
                Some(Err(error)) => view! { <ErrorState error inline=true/> }.into_any(),
                Some(Ok(versions)) => view! {
                    <ul class="rows">
                        {versions.into_iter().enumerate().map(|(index, version)| view! { <Version setting=setting.get_value() version is_current={index == 0} editing open/> }).collect_view()}
                    </ul>
                }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Version(
    setting: Setting,
    version: SettingVersion,
    is_current: bool,
    editing: Editing,
    open: RwSignal<bool>,
) -> impl IntoView {
    let (session, toasts) = (use_session(), use_toasts());
    let busy = RwSignal::new(false);
    let value = match (&version.fingerprint, version.is_default) {
        (Some(fingerprint), _) => text::settings::secret_set_as(fingerprint),
        (None, true) => text::settings::back_to_default(shown(&setting, &setting.default)),
        (None, false) => shown(&setting, &version.value),
    };
    let (number, key) = (version.version, setting.key.clone());
    let restore = move |()| {
        let key = key.clone();
        busy.set(true);
        crate::browser::spawn(async move {
            match api().restore_setting(&key, number, &RestoreSetting::default()).await {
                Ok(setting) => {
                    toasts.say(text::settings::restored(&setting.title));
                    editing.replace(setting);
                    open.set(false);
                    session.reload_meta().await;
                }
                Err(error) => toasts.fail(&error),
            }
            busy.try_set(false);
        });
    };
    let can_restore = !is_current && setting.fixed_by.is_none() && editing.may_change.get_untracked();
    view! {
        <li>
            <span class="grow">
                <strong>{value}</strong>
                <span class="muted">" · " {version.by_name} " · " <When exact=true at=version.at/> {(!version.reason.is_empty()).then(|| view! { " · " {version.reason} })}</span>
            </span>
            {can_restore.then(|| view! { <Button label=text::settings::restore() size="small" look=Look::Plain icon=Icon::Undo busy press=Callback::new(restore)/> })}
            {is_current.then(text::settings::in_force)}
        </li>
    }
}
