//! The page of one role: what it carries, who holds it, and its verbs.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use quarterdeck_domain::{Permission, audit::TargetType};

use super::{
    delete::{DeleteDialog, held},
    editor::{EditorDialog, Subject},
    find::read,
    grant::{Asked, GrantDialog},
    holders::Holders,
    list::Kind,
    model::{AnyRole, RoleKey},
    permissions::CarriedPermissions,
};
use crate::{
    features::audit::ActivityTab,
    frame::{Crumb, PageHead, Reading, Record, RecordPage},
    i18n::{text, words},
    session::use_session,
    ui::{
        button::{Button, Look},
        copyable::CopyId,
        danger::DeleteZone,
        icon::Icon,
        pill::{Pill, Tone},
        tabs::{Tab, Tabs},
    },
};

/// The page of one role.
#[component]
pub fn RolePage() -> impl IntoView {
    // The number of holders is a part of a role.
    let role =
        Record::of_address("role", read, |change, _| matches!(change.target.kind, TargetType::Role | TargetType::User));
    let (found, reading) = (role.row, role.reading);
    let list = vec![Crumb::group(text::frame::people()), Crumb::page(text::frame::roles(), "/roles")];
    view! {
        <RecordPage reading permission=Permission::RoleRead list name=role.text(AnyRole::name)>
            {move || found.with_untracked(|found| found.as_ref().map(AnyRole::key)).map(|key_of| view! {
                <Detail key_of found reading/>
            })}
        </RecordPage>
    }
}

#[component]
fn Detail(key_of: RoleKey, found: RwSignal<Option<AnyRole>>, reading: Reading) -> impl IntoView {
    let Reading { tab, reload, .. } = reading;
    let (session, navigate) = (use_session(), use_navigate());
    let (editing, granting, deleting) = (RwSignal::new(None), RwSignal::new(None), RwSignal::new(None));
    let changed = RwSignal::new(0_u32);
    let tabs = move || {
        let mut tabs = vec![Tab(text::roles::permissions(), ""), Tab(text::roles::holders(), "/holders")];
        if key_of.custom().is_some() && session.may(Permission::AuditRead) {
            tabs.push(Tab(text::users::tab_activity(), "/activity"));
        }
        tabs
    };
    let granted = Callback::new(move |()| {
        changed.update(|changed| *changed += 1);
        reload.try_run(());
    });
    let gone = StoredValue::new(navigate);
    let saved = Callback::new(move |role: AnyRole| {
        if role.key() == key_of {
            reload.try_run(());
        } else {
            gone.get_value()(&role.key().href(), NavigateOptions::default());
        }
    });
    let deleted = Callback::new(move |()| gone.get_value()("/roles", NavigateOptions::default()));
    view! {
        {move || found.get().map(|role| view! { <Head role editing granting/> })}
        <Tabs label=text::roles::tabs() base=key_of.href() tabs=Signal::derive(tabs)/>
        {move || match (tab.get().as_str(), key_of) {
            ("", _) => view! { <Carried found deleting/> }.into_any(),
            ("holders", role) => view! { <Holders role again=changed/> }.into_any(),
            ("activity", RoleKey::Custom(id)) => view! { <ActivityTab kind=TargetType::Role id=id.to_string()/> }.into_any(),
            _ => view! { <crate::frame::NotFound/> }.into_any(),
        }}
        <EditorDialog editing done=saved/>
        <GrantDialog asked=granting done=granted/>
        <DeleteDialog deleting done=deleted/>
    }
}

#[component]
fn Head(role: AnyRole, editing: RwSignal<Option<Subject>>, granting: RwSignal<Option<Asked>>) -> impl IntoView {
    let session = use_session();
    let (key, custom) = (role.key(), role.custom().cloned());
    let (is_custom, is_shared) = (custom.is_some(), custom.as_ref().is_some_and(|role| role.is_shared));
    let state = move || {
        view! {
            <Kind custom=is_custom/>
            {is_shared.then(|| view! { <span title=text::roles::is_shared_help()><Pill tone=Tone::Special label=text::roles::shared()/></span> })}
        }
    };
    let (description, count) = (role.description(), u64::from(role.permissions().len()));
    let made_from = role.differences().zip(role.origin());
    let facts = move || {
        view! {
            <div class="page-facts">
                {(!description.is_empty()).then(|| view! { <span>{description.clone()}</span> })}
                <span>{text::roles::count(count)}</span>
                {made_from.map(|((added, taken), origin)| view! {
                    <span>{text::roles::made_from()} " " <a href=RoleKey::BuiltIn(origin).href()>{words::role(origin)}</a> " " {text::roles::differs(added, taken)}</span>
                })}
                {key.custom().map(|id| view! { <CopyId value=id.to_string() what=text::roles::id()/> })}
            </div>
        }
    };
    let asked = Asked::of_role(&role);
    let copy = Callback::new(move |()| editing.set(Some(Subject::New(Some(key)))));
    view! {
        <PageHead title=role.name() state facts>
            {move || session.may(Permission::RoleWrite).then(|| {
                let edit = custom.clone().map(|role| {
                    let subject = Subject::Saved(Box::new(role));
                    let press = Callback::new(move |()| editing.set(Some(subject.clone())));
                    view! { <Button label=text::roles::edit_dots() icon=Icon::Edit press/> }
                });
                view! { <Button label=text::roles::copy_dots() icon=Icon::Copy press=copy/> {edit} }
            })}
            {move || asked.clone().filter(|_| session.may(Permission::RoleGrant)).map(|asked| view! {
                <Button label=text::roles::grant_dots() look=Look::Primary icon=Icon::UserPlus press=Callback::new(move |()| granting.set(Some(asked.clone())))/>
            })}
        </PageHead>
    }
}

#[component]
fn Carried(found: RwSignal<Option<AnyRole>>, deleting: RwSignal<Option<AnyRole>>) -> impl IntoView {
    let session = use_session();
    let refused = Signal::derive(move || found.with(|found| found.as_ref().and_then(AnyRole::custom).and_then(held)));
    let erase = Callback::new(move |()| deleting.set(found.get_untracked()));
    let is_custom = Memo::new(move |_| found.with(|found| found.as_ref().is_some_and(|role| role.custom().is_some())));
    view! {
        <div class="page-scroll" tabindex="0">
            <div class="page-body">
                {move || found.get().map(|role| view! { <CarriedPermissions role/> })}
                {move || (is_custom.get() && session.may(Permission::RoleWrite)).then(|| view! {
                    <DeleteZone title=text::roles::delete_title() words=text::roles::delete_effect() refused press=erase/>
                })}
            </div>
        </div>
    }
}
