//! The routes: every address of the console and what it shows.

use leptos::prelude::*;
use leptos_router::{
    components::{ParentRoute, Route, Router, Routes},
    path,
};

use crate::{
    features::{
        audit::AuditPage,
        auth::{ChangePasswordPage, ResetPasswordPage, SetUpPage, SignInPage},
        jobs::{JobPage, JobsPage},
        organizations::{CreateOrganizationPage, OrganizationPage, OrganizationsPage},
        overview::OverviewPage,
        profile::ProfilePage,
        sessions::SessionsPage,
        settings::SettingsPage,
        users::{CreateUserPage, UserPage, UsersPage},
    },
    frame::{Frame, NotFound, Theme},
    live::Live,
    session::Session,
    ui::{dirty::Guard, time::Clock, toast::Toasts},
};

/// The console.
#[component]
pub fn App() -> impl IntoView {
    provide_context(Guard::start());
    provide_context(Session::start());
    provide_context(Theme::start());
    provide_context(Clock::start());
    provide_context(Live::new());
    provide_context(Toasts::new());
    view! {
        <Router>
            <Routes fallback=|| view! { <NotFound/> }>
                <Route path=path!("/sign-in") view=SignInPage/>
                <Route path=path!("/setup") view=SetUpPage/>
                <Route path=path!("/change-password") view=ChangePasswordPage/>
                <Route path=path!("/reset-password") view=ResetPasswordPage/>
                <ParentRoute path=path!("") view=Frame>
                    <Route path=path!("/") view=OverviewPage/>
                    <Route path=path!("/users") view=UsersPage/>
                    <Route path=path!("/users/new") view=CreateUserPage/>
                    <Route path=path!("/users/:id/:tab?") view=UserPage/>
                    <Route path=path!("/organizations") view=OrganizationsPage/>
                    <Route path=path!("/organizations/new") view=CreateOrganizationPage/>
                    <Route path=path!("/organizations/:id/:tab?") view=OrganizationPage/>
                    <Route path=path!("/sessions") view=SessionsPage/>
                    <Route path=path!("/settings") view=SettingsPage/>
                    <Route path=path!("/audit") view=AuditPage/>
                    <Route path=path!("/jobs") view=JobsPage/>
                    <Route path=path!("/jobs/:id") view=JobPage/>
                    <Route path=path!("/profile/:tab?") view=ProfilePage/>
                    <Route path=path!("/*any") view=NotFound/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}
