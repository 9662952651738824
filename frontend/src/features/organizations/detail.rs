//! The page of one organization.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use quarterdeck_client::ClientError;
use quarterdeck_domain::{
    OrganizationId, Permission, Resource,
    audit::TargetType,
    organizations::{Organization, OrganizationKind, UpdateOrganization},
};

use super::{
    avatar::{AvatarField, OrganizationAvatar},
    create::kinds,
    list::delete,
};
use crate::{
    features::audit::AuditTable,
    frame::{Crumb, Guarded, Page, PageHead},
    i18n::{number, text, words},
    live::on_change,
    route::use_part,
    session::use_session,
    transport::api,
    ui::{
        button::ButtonLink,
        choice::SelectField,
        copyable::CopyId,
        danger::{DangerAct, DangerZone},
        dirty::{DirtyBar, FieldChange},
        field::{Faults, TextField},
        icon::Icon,
        merge::{Saved, follow},
        pill::Pill,
        plan::use_planner,
        state::{Banner, ErrorState, FormError, PageSkeleton, Shape, renew},
        tabs::{Tab, Tabs},
        time::When,
        toast::use_toasts,
    },
};

type Loaded = RwSignal<Option<Result<Organization, ClientError>>>;

/// The page of one organization.
#[component]
pub fn OrganizationPage() -> impl IntoView {
    let (id, tab) = (use_part(|address| &address.id), use_part(|address| &address.tab));
    let loaded: Loaded = RwSignal::new(None);
    let load = move || {
        let Ok(id) = id.get_untracked().parse::<OrganizationId>() else {
            let error = quarterdeck_domain::Error::NotFound("organization");
            loaded.set(Some(Err(ClientError::Problem(Box::new(quarterdeck_domain::Problem::new(&error, "", ""))))));
            return;
        };
        crate::browser::spawn(async move {
            renew(loaded, api().get_organization(id).await);
        });
    };
    crate::browser::effect(move || {
        id.track();
        loaded.set(None);
        load();
    });
    on_change(
        move |change| id.with_untracked(|id| change.target.id == *id) || change.target.kind == TargetType::User,
        load,
    );
    let found =
        Memo::new(move |_| loaded.with(|loaded| loaded.as_ref().and_then(|loaded| loaded.as_ref().ok().cloned())));
    let error =
        Memo::new(move |_| loaded.with(|loaded| loaded.as_ref().and_then(|loaded| loaded.as_ref().err().cloned())));
    let is_there = Memo::new(move |_| found.with(Option::is_some));
    let trail = move || {
        vec![
            Crumb::group(text::frame::people()),
            Crumb::page(text::frame::organizations(), "/organizations"),
            Crumb::page(
                found.with(|found| found.as_ref().map(|found| found.display_name.clone()).unwrap_or_default()),
                format!("/organizations/{}", id.get()),
            ),
        ]
    };
    view! {
        <Page trail=Signal::derive(trail) list=true>
            <Guarded permission=Permission::OrganizationRead>
                {move || match (is_there.get(), error.get()) {
                    (true, _) => view! { <Detail found tab reload=Callback::new(move |()| load())/> }.into_any(),
                    (false, Some(error)) => view! { <ErrorState page=true error retry=Callback::new(move |()| load())/> }.into_any(),
                    (false, None) => view! { <PageSkeleton shape=Shape::Detail/> }.into_any(),
                }}
            </Guarded>
        </Page>
    }
}

#[component]
fn Detail(found: Memo<Option<Organization>>, tab: Memo<String>, reload: Callback<()>) -> impl IntoView {
    let session = use_session();
    let tabs = move || {
        let base =
            found.with(|found| found.as_ref().map(|found| format!("/organizations/{}", found.id)).unwrap_or_default());
        let mut tabs = vec![Tab { label: text::users::tab_profile().to_owned(), href: base.clone() }];
        if session.may(Permission::AuditRead) {
            tabs.push(Tab { label: text::users::tab_activity().to_owned(), href: format!("{base}/activity") });
        }
        tabs
    };
    let head = move || {
        found.get().map(|row| {
            let (kind, members) = (row.kind, row.member_count);
            let facts = move || view! {
                <div class="page-facts">
                    <span>{row.name.clone()}</span>
                    <span>{text::organizations::members_of(row.member_count, number(row.active_member_count))}</span>
                    <span>{text::users::created()} " " <When exact=true at=row.created_at/></span>
                    <CopyId value=row.id.to_string() what=text::organizations::id()/>
                </div>
            };
            let state = move || view! { <Pill label=words::organization_kind(kind)/> };
            view! {
                <div class="page-head-with-avatar">
                <OrganizationAvatar id=row.id name=row.display_name.clone() digest=row.avatar_digest.clone() large=true/>
                <PageHead title=row.display_name.clone() state=state facts=facts>
                    {(members > 0).then(|| view! { <ButtonLink label=text::organizations::show_members() href=format!("/users?organization_id={}", row.id) icon=Icon::Users/> })}
                </PageHead>
                </div>
            }
        })
    };
    view! {
        {head}
        <Tabs label=text::organizations::tabs() tabs=Signal::derive(tabs)/>
        {move || match (tab.get().as_str(), found.with_untracked(|found| found.as_ref().map(|found| found.id))) {
            ("", Some(_)) => view! { <Form found reload/> }.into_any(),
            ("activity", Some(id)) => view! {
                <Guarded permission=Permission::AuditRead><AuditTable target=Some((TargetType::Organization, id.to_string()))/></Guarded>
            }
            .into_any(),
            _ => view! { <crate::frame::NotFound/> }.into_any(),
        }}
    }
}

#[component]
fn Form(found: Memo<Option<Organization>>, reload: Callback<()>) -> impl IntoView {
    let (session, toasts, planner, navigate) = (use_session(), use_toasts(), use_planner(), use_navigate());
    let (full, short, kind) =
        (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (busy, error, faults) = (RwSignal::new(false), RwSignal::new(None::<ClientError>), Faults::new());
    let saved: Saved<Organization> = Saved::new(None);
    let base = saved.now();
    let take = move |row: Organization| {
        full.set(row.display_name.clone());
        short.set(row.name.clone());
        kind.set(row.kind.name().to_owned());
        saved.take(row);
        faults.reset();
        error.set(None);
    };
    let renew = move |row: Organization| {
        saved.renew(row, |former, now| {
            follow(full, &former.display_name, now.display_name.clone());
            follow(short, &former.name, now.name.clone());
            follow(kind, &former.kind.name().to_owned(), now.kind.name().to_owned());
        });
        faults.reset();
        error.set(None);
        reload.try_run(());
    };
    if let Some(row) = found.get_untracked() {
        take(row);
    }
    let kind_words = |name: &str| name.parse::<OrganizationKind>().map(words::organization_kind).unwrap_or_default();
    let changes = Memo::new(move |_| {
        let Some(saved) = base.get() else { return Vec::new() };
        [
            FieldChange::of(text::organizations::name(), saved.display_name, full.get()),
            FieldChange::of(text::organizations::short_name(), saved.name, short.get()),
            FieldChange::of(text::organizations::kind(), words::organization_kind(saved.kind), kind_words(&kind.get())),
        ]
        .into_iter()
        .flatten()
        .collect()
    });
    crate::browser::effect(move || {
        if let Some(newer) = found.get()
            && changes.with_untracked(Vec::is_empty)
            && base.with_untracked(|base| base.as_ref() != Some(&newer))
        {
            take(newer);
        }
    });
    let save = move |()| {
        let Some(former) = base.get_untracked() else { return };
        let body = UpdateOrganization {
            name: Some(short.get_untracked()).filter(|name| *name != former.name),
            display_name: Some(full.get_untracked()).filter(|name| *name != former.display_name),
            kind: kind.get_untracked().parse().ok().filter(|kind| *kind != former.kind),
        };
        if busy.get_untracked() || !faults.show(body.faults()) {
            return;
        }
        busy.set(true);
        crate::browser::spawn(async move {
            match api().update_organization(former.id, &body, Some(former.version)).await {
                Ok(row) => {
                    take(row);
                    toasts.say(text::users::saved());
                    reload.try_run(());
                }
                Err(refused) if faults.take(&refused) => {}
                Err(refused) => {
                    error.try_set(Some(refused));
                }
            }
            busy.try_set(false);
        });
    };
    let load_current = Callback::new(move |()| {
        crate::browser::spawn(async move {
            let Some(id) = base.with_untracked(|row| row.as_ref().map(|row| row.id)) else { return };
            if let Ok(row) = api().get_organization(id).await {
                renew(row);
            }
        });
    });
    let rival = move |value: RwSignal<String>, of: fn(&Organization) -> String| saved.rival(move || value.get(), of);
    let refusal = move |permission| {
        Memo::new(move |_| {
            base.with(|row| row.as_ref().and_then(|row| session.refusal(permission, &Resource::Organization(row.id))))
        })
    };
    let (refused, delete_refused) = (refusal(Permission::OrganizationUpdate), refusal(Permission::OrganizationDelete));
    let disabled = Signal::derive(move || refused.with(Option::is_some));
    // The short name is unique for the platform, so whoever makes organizations chooses it.
    let short_disabled = Signal::derive(move || disabled.get() || !session.may(Permission::OrganizationCreate));
    // Taken out before the plan begins: the page may hear of the deletion first, and be gone.
    let gone = StoredValue::new(navigate);
    view! {
        <div class="page-scroll">
            <div class="page-body">
                {move || refused.get().map(|words| view! { <Banner tone="info" boxed=true><p>{words}</p></Banner> })}
                <FormError error load_current/>
                <form class="form" novalidate on:submit=move |event| { event.prevent_default(); save(()); }>
                    <div class="form-grid">
                        <TextField label=text::organizations::name() value=full pointer="/display_name" faults disabled name="display_name" rival=rival(full, |row| row.display_name.clone())/>
                        <TextField label=text::organizations::short_name() value=short pointer="/name" faults mono=true disabled=short_disabled help=Signal::stored(text::organizations::short_name_help().to_owned()) name="name" rival=rival(short, |row| row.name.clone())/>
                        <SelectField label=text::organizations::kind() value=kind options=kinds() pointer="/kind" faults disabled help=text::organizations::kind_help() name="kind" rival=rival(kind, |row| row.kind.name().to_owned())/>
                        <AvatarField found disabled changed=load_current/>
                    </div>
                    <button type="submit" class="visually-hidden" tabindex="-1">{text::ui::save_changes()}</button>
                </form>
                {move || session.may(Permission::OrganizationDelete).then(|| view! {
                    <DangerZone>
                        <DangerAct
                            title=text::organizations::delete_title()
                            words=text::organizations::delete_words()
                            verb=text::users::delete_dots()
                            icon=Icon::Trash
                            refused=delete_refused
                            press=Callback::new(move |()| {
                                if let Some(row) = base.get_untracked() {
                                    let gone = gone.get_value();
                                    delete(&row, planner, toasts, move || gone("/organizations", NavigateOptions::default()));
                                }
                            })
                        />
                    </DangerZone>
                })}
            </div>
            <DirtyBar changes busy discard=Callback::new(move |()| { if let Some(row) = found.get_untracked() { take(row); } }) save=Callback::new(save)/>
        </div>
    }
}
