//! The console: what every page shares, and the page that the address names.

use leptos::prelude::*;
use leptos_router::{
    components::{FlatRoutes, Route as RouterRoute, Router},
    hooks::use_location,
    path,
};

use crate::{
    features::{auth::SignInPage, overview::OverviewPage, users::UsersPage},
    frame::{Frame, NotFound, Theme},
    lazy::LazyPage,
    live::Live,
    route::{Address, Route},
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
    // The router keeps the address and its history. Which page it names is read by `route`: a route each for the
    // router weighs fourteen kilobytes more. Its hooks for parameters and query see the first address only:
    // `use_part` and `use_location` see each.
    view! {
        <Router>
            <FlatRoutes fallback=NotFound>
                <RouterRoute path=path!("/*any") view=Pages/>
            </FlatRoutes>
        </Router>
    }
}

/// The page that the address names, within the frame or without.
#[component]
fn Pages() -> impl IntoView {
    let path = use_location().pathname;
    let address = Memo::new(move |_| Address::parse(&path.get()));
    provide_context(address);
    let route = Memo::new(move |_| address.with(|address| address.route));
    let is_framed = Memo::new(move |_| route.get().is_framed());
    let open = move || page(route.get());
    move || if is_framed.get() { view! { <Frame>{open}</Frame> }.into_any() } else { open.into_any() }
}

fn page(route: Route) -> AnyView {
    match route {
        Route::SignIn => view! { <SignInPage/> }.into_any(),
        Route::Overview => view! { <OverviewPage/> }.into_any(),
        Route::Users => view! { <UsersPage/> }.into_any(),
        Route::NotFound => view! { <NotFound/> }.into_any(),
        route => view! { <LazyPage route/> }.into_any(),
    }
}
