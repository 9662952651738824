//! What stands around every page: rail, bar, banners, palette, dialogs and toasts that belong to no page.

mod account;
mod acting;
mod bar;
mod confirm;
mod create;
mod gate;
mod interrupted;
mod keys;
pub mod nav;
mod page;
mod palette;
mod rail;
mod record;
mod search;
mod theme;

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};
use quarterdeck_domain::{
    audit::{LiveChange, TargetType},
    meta::BannerLevel,
};

use self::{
    acting::{ActingBanner, tell_of_return},
    bar::Bar,
    confirm::ConfirmDialog,
    interrupted::InterruptedDialog,
    keys::Keys,
    palette::Palette,
    rail::Rail,
};
pub use self::{
    create::CreatePage,
    gate::{Gate, GateFoot},
    page::{Crumb, Guarded, Page, PageHead, Trail},
    record::{Reading, Record, RecordPage},
    theme::Theme,
};
use crate::{
    i18n::text,
    live::{Live, on_change},
    session::{State, use_session},
    ui::{
        dialog::Overlay,
        dirty::LeaveDialog,
        plan::{PlanDialog, Planner},
        state::{Banner, ErrorState},
        table::{Query, forget_pages},
        toast::{ToastHost, use_toasts},
    },
};

/// The frame of all pages that need somebody to be signed in. Others are sent to the sign-in page and come back.
#[component]
pub fn Frame(
    /// The page within.
    children: ChildrenFn,
) -> impl IntoView {
    let (session, toasts) = (use_session(), use_toasts());
    let state = session.state();
    let navigate = use_navigate();
    let location = use_location();
    let phase = Memo::new(move |_| {
        state.with(|state| match state {
            State::Starting => 0,
            State::Anonymous => 1,
            State::MustChangePassword(_) => 2,
            State::SignedIn(_) => 3,
            State::Failed(_) => 4,
        })
    });
    crate::browser::effect(move || {
        let target = match phase.get() {
            0 => {
                // Whoever comes next does not get what is shown to, or can be undone by, who was here.
                forget_pages();
                toasts.clear();
                match session.returned().get_untracked() {
                    Some(returned) => acting::page_of(returned.user_id),
                    None => return,
                }
            }
            1 => {
                forget_pages();
                let query = Query::parse(&location.search.get_untracked());
                let here = format!("{}{query}", location.pathname.get_untracked());
                if here == "/" {
                    "/sign-in".to_owned()
                } else {
                    format!("/sign-in?next={}", js_sys::encode_uri_component(&here))
                }
            }
            2 => "/change-password".to_owned(),
            _ => return,
        };
        navigate(&target, NavigateOptions { replace: true, ..NavigateOptions::default() });
    });
    move || match phase.get() {
        3 => view! { <SignedIn page=children.clone()/> }.into_any(),
        4 => {
            let error = state.with_untracked(|state| match state {
                State::Failed(error) => Some(error.clone()),
                _ => None,
            });
            error
                .map(|error| {
                    let retry = Callback::new(move |()| crate::browser::spawn(session.resume()));
                    view! { <main class="page-body"><ErrorState page=true error retry/></main> }
                })
                .into_any()
        }
        _ => ().into_any(),
    }
}

#[component]
fn SignedIn(page: ChildrenFn) -> impl IntoView {
    let live = expect_context::<Live>();
    live.open();
    on_cleanup(move || live.close());
    follow_own_account();
    tell_of_return();
    provide_context(Planner::new());
    provide_context(Trail::new());
    let palette = RwSignal::new(false);
    let sheet = RwSignal::new(false);
    view! {
        <a class="skip" href="#content" on:click=move |event| {
            event.prevent_default();
            crate::browser::focus_first("#content");
        }>{text::ui::skip()}</a>
        <div class="frame">
            <Rail/>
            <div class="frame-main">
                <ActingBanner/>
                <Bar palette sheet/>
                <PlatformBanner/>
                <main id="content" class="page-host" tabindex="-1">{page()}</main>
            </div>
        </div>
        <Sheet open=sheet/>
        <Palette open=palette/>
        <Keys/>
        <PlanDialog/>
        <LeaveDialog/>
        <ConfirmDialog/>
        <InterruptedDialog/>
        <ToastHost/>
    }
}

/// Rights, platform name and rules stay those of the server.
fn follow_own_account() {
    let session = use_session();
    let own = move |change: &LiveChange| {
        session.state().with_untracked(
            |state| matches!(state, State::SignedIn(me) if me.user.id().to_string() == change.target.id),
        )
    };
    on_change(own, move || {
        crate::browser::spawn(async move {
            // A failure leaves what is known; the server decides anyway.
            let _kept = session.reload_me().await;
        });
    });
    on_change(|change| change.target.kind == TargetType::Setting, move || crate::browser::spawn(session.reload_meta()));
}

/// The message that an administrator set for all pages.
#[component]
pub fn PlatformBanner() -> impl IntoView {
    let session = use_session();
    let banner = Memo::new(move |_| session.meta().with(|meta| meta.as_ref().and_then(|meta| meta.banner.clone())));
    move || {
        banner.get().map(|banner| {
            let tone = match banner.level {
                BannerLevel::Info => "info",
                BannerLevel::Warning => "warn",
                BannerLevel::Critical => "bad",
            };
            view! { <Banner tone><p>{banner.message}</p></Banner> }
        })
    }
}

/// The page that tells whether the platform works, where whoever operates it named one.
#[component]
pub fn StatusLink() -> impl IntoView {
    let session = use_session();
    let url = Memo::new(move |_| session.meta().with(|meta| meta.as_ref().and_then(|meta| meta.status_url.clone())));
    move || {
        url.get()
            .map(|url| view! { <a href=url rel="external noreferrer" target="_blank">{text::frame::status_page()}</a> })
    }
}

/// The rail on a narrow screen.
#[component]
fn Sheet(open: RwSignal<bool>) -> impl IntoView {
    let path = use_location().pathname;
    crate::browser::effect(move || {
        path.track();
        open.set(false);
    });
    view! { <Overlay open class="sheet" label=text::frame::main_navigation()><Rail/></Overlay> }
}

/// There is nothing at this address.
#[component]
pub fn NotFound() -> impl IntoView {
    if let Some(trail) = use_context::<Trail>() {
        trail.clear();
    }
    view! {
        <div class="page">
            <crate::ui::state::EmptyState page=true icon=crate::ui::icon::Icon::Search title=text::ui::not_found_title() words=text::ui::not_found_why()>
                <crate::ui::button::ButtonLink label=text::ui::go_home() href="/"/>
            </crate::ui::state::EmptyState>
        </div>
    }
}
