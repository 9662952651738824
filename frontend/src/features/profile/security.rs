//! The own password, sessions, and who acted as oneself.

use leptos::{ev, prelude::*};
use quarterdeck_client::ClientError;
use quarterdeck_domain::{
    Permission, Resource,
    audit::TargetType,
    me::ChangePassword,
    page::{MAX_LIMIT, PageRequest},
    plans::PlanAction,
    sessions::{ListUserSessions, Session},
};

use super::acted_as::ActedAs;
use crate::{
    features::sessions::EndDialog,
    i18n::text,
    live::{at_rest, on_change},
    session::use_session,
    transport::api,
    ui::{
        button::{Button, Look},
        choice::{AccountName, CheckField, NewPassword, password_faults},
        danger::DeleteZone,
        dirty::Guard,
        field::{Kind, TextField},
        icon::{Glyph, Icon},
        pill::{Pill, Tone},
        plan::use_planner,
        state::{Banner, ErrorState, FormError, Skeleton, renew},
        submission::Submission,
        time::When,
        toast::use_toasts,
    },
};

/// Password, sessions, and who acted as oneself.
#[component]
pub fn SecurityTab() -> impl IntoView {
    let sessions: RwSignal<Option<Result<Vec<Session>, ClientError>>> = RwSignal::new(None);
    let load = move || {
        crate::browser::spawn(async move {
            let all = PageRequest { limit: Some(MAX_LIMIT), cursor: None };
            let request = ListUserSessions { page: all, ..ListUserSessions::default() };
            renew(sessions, api().list_own_sessions(&request).await.map(|page| page.items));
        });
    };
    load();
    on_change(
        |change| matches!(change.target.kind, TargetType::Session | TargetType::User | TargetType::Plan),
        at_rest(load),
    );
    let reload = Callback::new(move |()| load());
    let ending = RwSignal::new(None);
    let session = use_session();
    // Whoever acts as somebody else gets to no password.
    let refused = Memo::new(move |_| session.refusal(Permission::ProfileSetPassword, &Resource::List));
    view! {
        <div class="page-scroll">
            <div class="page-body form">
                {move || match refused.get() {
                    Some(words) => view! { <Banner tone="info" boxed=true><p>{words}</p></Banner> }.into_any(),
                    None => view! { <PasswordForm reload/> }.into_any(),
                }}
                <section class="form-section">
                    <header><h2>{text::profile::sessions()}</h2><p>{text::profile::sessions_words()}</p></header>
                    {move || match sessions.get() {
                        None => view! { <Skeleton width="l"/> }.into_any(),
                        Some(Err(error)) => view! { <ErrorState error inline=true retry=reload/> }.into_any(),
                        Some(Ok(rows)) => view! { <OwnSessions rows ending reload/> }.into_any(),
                    }}
                </section>
                <ActedAs/>
                <DeleteOwnAccount/>
            </div>
        </div>
        <EndDialog asked=ending own=true done=reload/>
    }
}

/// Where a setting allows it.
#[component]
fn DeleteOwnAccount() -> impl IntoView {
    let (session, planner, toasts) = (use_session(), use_planner(), use_toasts());
    let allowed = Memo::new(move |_| session.me().is_some_and(|me| me.allows_self_deletion));
    let refused = Signal::derive(move || session.refusal(Permission::ProfileDelete, &Resource::List));
    let press = Callback::new(move |()| {
        planner.begin(text::profile::delete_account(), PlanAction::DeleteOwnAccount, move |job| {
            if job.succeeded > 0 {
                toasts.say(text::profile::account_deleted());
                crate::browser::spawn(session.sign_out());
            }
        });
    });
    move || {
        allowed.get().then(|| {
            view! {
                <DeleteZone title=text::profile::delete_account() words=text::profile::delete_account_words() refused press/>
            }
        })
    }
}

#[component]
fn OwnSessions(rows: Vec<Session>, ending: RwSignal<Option<Session>>, reload: Callback<()>) -> impl IntoView {
    let toasts = use_toasts();
    let others = rows.iter().filter(|row| !row.is_current).count() as u64;
    let busy = RwSignal::new(false);
    let end_others = move |()| {
        busy.set(true);
        crate::browser::spawn(async move {
            match api().revoke_other_own_sessions().await {
                Ok(ended) => toasts.say(text::plans::done_revoked(ended.revoked)),
                Err(error) => toasts.fail(&error),
            }
            busy.try_set(false);
            reload.try_run(());
        });
    };
    view! {
        <ul class="rows">
            {rows.into_iter().map(|row| view! { <OwnSession row ending/> }).collect_view()}
        </ul>
        {(others > 0).then(|| view! {
            <div class="row"><Button label=text::profile::end_others(others) look=Look::DangerQuiet icon=Icon::SignOut busy press=Callback::new(end_others)/></div>
        })}
    }
}

#[component]
fn OwnSession(row: Session, ending: RwSignal<Option<Session>>) -> impl IntoView {
    let asked = row.clone();
    view! {
        <li>
            <Glyph icon=Icon::Session/>
            <span class="grow">
                <strong>{row.device}</strong> " " <code class="muted">{row.address}</code>
                <span class="muted">" · " {text::sessions::last_seen()} " " <When at=row.last_seen_at/></span>
                <br/><small class="muted">{text::sessions::began()} " " <When exact=true at=row.created_at/> " · " {text::sessions::ends()} " " <When exact=true at=row.expires_at/></small>
                <br/><small class="muted">{text::sessions::authenticated()} " " <When exact=true at=row.authenticated_at/></small>
            </span>
            {row.impersonator.map(|by| view! { <Pill tone=Tone::Special icon=Icon::Shield label=text::profile::acts_as_you(by)/> })}
            {if row.is_current {
                view! { <Pill tone=Tone::Accent label=text::sessions::this_one()/> }.into_any()
            } else {
                view! { <Button label=text::sessions::end_dots() size="small" press=Callback::new(move |()| ending.set(Some(asked.clone())))/> }.into_any()
            }}
        </li>
    }
}

#[component]
fn PasswordForm(reload: Callback<()>) -> impl IntoView {
    let (session, toasts) = (use_session(), use_toasts());
    let rules = Signal::derive(move || session.me().map(|me| me.password_rules).unwrap_or_default());
    let username = Signal::derive(move || session.me().map(|me| me.user.summary.username).unwrap_or_default());
    let (current, password, repeated) =
        (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(String::new()));
    expect_context::<Guard>().watch_fields([current, password, repeated]);
    let keep = RwSignal::new(false);
    let submission @ Submission { busy, error, faults } = Submission::new();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let body = ChangePassword {
            current_password: current.get_untracked(),
            new_password: password.get_untracked(),
            keep_other_sessions: keep.get_untracked(),
        };
        let found = untrack(|| {
            password_faults(&rules.get(), "/new_password", &body.new_password, &repeated.get(), &username.get())
        });
        submission.send(found, async move {
            api().change_own_password(&body).await?;
            for field in [current, password, repeated] {
                field.try_set(String::new());
            }
            toasts.say(text::profile::password_changed());
            reload.try_run(());
            Ok(())
        });
    };
    view! {
        <section class="form-section">
            <header><h2>{text::auth::password()}</h2></header>
            <form class="form" novalidate on:submit=submit>
                <FormError error/>
                <AccountName username/>
                <TextField label=text::auth::current_password() value=current pointer="/current_password" faults kind=Kind::Password autocomplete="current-password" name="current_password"/>
                <div class="form-grid">
                    <NewPassword value=password repeated rules username pointer="/new_password" faults label=text::auth::new_password() repeat_label=text::auth::new_password_again()/>
                </div>
                <CheckField label=text::profile::keep_sessions() value=keep help=text::profile::keep_sessions_help() name="keep_other_sessions"/>
                <div class="row"><Button label=text::profile::change_password() look=Look::Primary submit=true busy/></div>
            </form>
        </section>
    }
}
