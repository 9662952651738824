//! The menus at the end of the bar: theme, and the own account.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    acting::act_as_self,
    theme::{Choice, Theme},
};
use crate::{
    i18n::text,
    session::use_session,
    ui::{
        dirty::Guard,
        icon::{Glyph, Icon},
        pill::Avatar,
        popover::{MenuItem, MenuItems, Popover},
        toast::use_toasts,
    },
};

/// Chooses light, dark or the system's theme.
#[component]
pub fn ThemeMenu() -> impl IntoView {
    let theme = expect_context::<Theme>();
    view! {
        <Popover
            label=Signal::derive(move || text::frame::theme_is(theme.get().label()))
            menu=true
            trigger=move || view! { <Glyph icon=Signal::derive(move || theme.get().icon())/> }
        >
            <MenuItems items=Choice::ALL.map(|choice| MenuItem::run(choice.icon(), choice.label(), move || theme.set(choice))).to_vec()/>
        </Popover>
    }
}

/// Signs out, after a question where changes would be lost.
pub(super) fn sign_out() -> Callback<()> {
    let (session, navigate, guard) = (use_session(), use_navigate(), expect_context::<Guard>());
    let toasts = use_toasts();
    let leave = Callback::new(move |()| {
        let navigate = navigate.clone();
        crate::browser::spawn(async move {
            session.sign_out().await;
            toasts.clear();
            navigate("/sign-in", NavigateOptions::default());
        });
    });
    Callback::new(move |()| guard.ask(move || leave.run(())))
}

/// The own profile, security, and the way out.
#[component]
pub fn AccountMenu() -> impl IntoView {
    let session = use_session();
    let name = Memo::new(move |_| session.me().map(|me| me.user.summary.display_name).unwrap_or_default());
    let username = Memo::new(move |_| session.me().map(|me| me.user.summary.username).unwrap_or_default());
    let (sign_out, act_as_self) = (sign_out(), act_as_self());
    let items = move || {
        let back = session
            .acting()
            .with_untracked(Option::is_some)
            .then(|| MenuItem::run(Icon::Undo, text::frame::act_as_self(), move || act_as_self.run(())));
        let own = [
            MenuItem::link(Icon::User, text::frame::profile(), "/profile"),
            MenuItem::link(Icon::Shield, text::frame::security(), "/profile/security"),
            MenuItem::link(Icon::Key, text::frame::api_keys(), "/profile/keys"),
            MenuItem::link(Icon::Plug, text::frame::provider_keys(), "/profile/provider-keys"),
            MenuItem::run(Icon::SignOut, text::frame::sign_out(), move || sign_out.run(())).separated(),
        ];
        back.into_iter().chain(own).collect::<Vec<_>>()
    };
    view! {
        <Popover
            class="account-button"
            label=Signal::derive(move || text::frame::account_of(name.get()))
            menu=true
            trigger=move || view! { <Avatar name/> }
        >
            <div class="menu-person"><strong>{name}</strong><p>{username}</p></div>
            <MenuItems items=items()/>
        </Popover>
    }
}
