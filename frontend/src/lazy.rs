//! Pages that a first visit seldom opens. They are not in the console's own file: the build cuts each group into a chunk
//! of its own, which is loaded when the first page of the group is opened.

use futures::{FutureExt as _, future::LocalBoxFuture};
use leptos::{
    prelude::*,
    wasm_split::{SplitLoaderError, wasm_split},
};

use crate::{
    features::{
        access::AccessPage,
        api_keys::ApiKeysPage,
        audit::AuditPage,
        auth::{ChangePasswordPage, ResetPasswordPage, SetUpPage},
        bin::BinPage,
        credentials::CredentialsPage,
        departures::{DeparturePage, DeparturesPage},
        groups::{CreateGroupPage, GroupPage, GroupsPage},
        jobs::{JobPage, JobsPage},
        organizations::{CreateOrganizationPage, OrganizationPage, OrganizationsPage},
        profile::ProfilePage,
        provider_keys::ProviderKeysPage,
        roles::{RolePage, RolesPage},
        sessions::SessionsPage,
        settings::SettingsPage,
        users::{CreateServiceAccountPage, CreateUserPage, ImportUsersPage, UserPage},
    },
    frame::{NotFound, Trail},
    i18n::text,
    route::Route,
    ui::{
        button::{Button, Look},
        icon::Icon,
        state::{EmptyState, PageSkeleton, Shape},
    },
};

/// What draws a page, or that its chunk could not be loaded.
type Loaded = Result<fn() -> AnyView, SplitLoaderError>;

/// The page of `route`, as soon as its chunk is here. A chunk that cannot be loaded ends in a message: the server may be
/// out of reach, or run another build, whose chunks have other names.
#[component]
pub fn LazyPage(
    /// Which page.
    route: Route,
) -> impl IntoView {
    let loaded = RwSignal::new(None);
    crate::browser::spawn(async move {
        let page = load(route).await.ok();
        loaded.try_set(Some(page));
    });
    move || match loaded.get() {
        Some(Some(page)) => page(),
        Some(None) => view! { <NotLoaded/> }.into_any(),
        None => route.is_framed().then(|| view! { <PageSkeleton shape=shape(route)/> }).into_any(),
    }
}

fn load(route: Route) -> LocalBoxFuture<'static, Loaded> {
    match route {
        Route::SetUp | Route::ChangePassword | Route::ResetPassword => gate(route).boxed_local(),
        Route::Profile => account(route).boxed_local(),
        Route::Settings | Route::Audit | Route::Jobs | Route::Job => platform(route).boxed_local(),
        _ => people(route).boxed_local(),
    }
}

#[wasm_split(gate, wasm_split_path = leptos::wasm_split, fallible)]
fn gate(route: Route) -> Loaded {
    Ok(match route {
        Route::SetUp => || view! { <SetUpPage/> }.into_any(),
        Route::ChangePassword => || view! { <ChangePasswordPage/> }.into_any(),
        _ => || view! { <ResetPasswordPage/> }.into_any(),
    })
}

#[wasm_split(account, wasm_split_path = leptos::wasm_split, fallible)]
fn account(_route: Route) -> Loaded {
    Ok(|| view! { <ProfilePage/> }.into_any())
}

#[wasm_split(people, wasm_split_path = leptos::wasm_split, fallible)]
fn people(route: Route) -> Loaded {
    Ok(match route {
        Route::CreateUser => || view! { <CreateUserPage/> }.into_any(),
        Route::CreateServiceAccount => || view! { <CreateServiceAccountPage/> }.into_any(),
        Route::ImportUsers => || view! { <ImportUsersPage/> }.into_any(),
        Route::User => || view! { <UserPage/> }.into_any(),
        Route::Organizations => || view! { <OrganizationsPage/> }.into_any(),
        Route::CreateOrganization => || view! { <CreateOrganizationPage/> }.into_any(),
        Route::Organization => || view! { <OrganizationPage/> }.into_any(),
        Route::Groups => || view! { <GroupsPage/> }.into_any(),
        Route::CreateGroup => || view! { <CreateGroupPage/> }.into_any(),
        Route::Group => || view! { <GroupPage/> }.into_any(),
        Route::ApiKeys => || view! { <ApiKeysPage/> }.into_any(),
        Route::Credentials => || view! { <CredentialsPage/> }.into_any(),
        Route::ProviderKeys => || view! { <ProviderKeysPage/> }.into_any(),
        Route::Roles => || view! { <RolesPage/> }.into_any(),
        Route::Role => || view! { <RolePage/> }.into_any(),
        Route::Access => || view! { <AccessPage/> }.into_any(),
        Route::Sessions => || view! { <SessionsPage/> }.into_any(),
        Route::Departures => || view! { <DeparturesPage/> }.into_any(),
        Route::Departure => || view! { <DeparturePage/> }.into_any(),
        Route::Bin => || view! { <BinPage/> }.into_any(),
        _ => || view! { <NotFound/> }.into_any(),
    })
}

#[wasm_split(platform, wasm_split_path = leptos::wasm_split, fallible)]
fn platform(route: Route) -> Loaded {
    Ok(match route {
        Route::Settings => || view! { <SettingsPage/> }.into_any(),
        Route::Audit => || view! { <AuditPage/> }.into_any(),
        Route::Jobs => || view! { <JobsPage/> }.into_any(),
        _ => || view! { <JobPage/> }.into_any(),
    })
}

/// What the page will be like, so that nothing jumps when it is there.
const fn shape(route: Route) -> Shape {
    match route {
        Route::Settings => Shape::Settings,
        Route::Organizations
        | Route::Groups
        | Route::Roles
        | Route::Sessions
        | Route::ApiKeys
        | Route::Credentials
        | Route::ProviderKeys
        | Route::Departures
        | Route::Bin
        | Route::Audit
        | Route::Jobs => Shape::List,
        _ => Shape::Detail,
    }
}

/// The chunk of a page did not come.
#[component]
fn NotLoaded() -> impl IntoView {
    if let Some(trail) = use_context::<Trail>() {
        trail.clear();
    }
    let reload = Callback::new(|()| crate::browser::reload());
    view! {
        <div class="page" role="alert">
            <EmptyState page=true icon=Icon::Offline title=text::ui::not_loaded_title() words=text::ui::not_loaded_why()>
                <Button label=text::ui::reload() look=Look::Primary icon=Icon::Refresh press=reload/>
            </EmptyState>
        </div>
    }
}
