//! Who is signed in, or acts as somebody else in this tab; one session for all tabs but for that.

mod acting;
mod confirmation;
mod tabs;
mod tokens;
mod turn;

use std::cell::RefCell;

use leptos::prelude::*;
use quarterdeck_client::ClientError;
use quarterdeck_domain::{
    Error, Permission, Problem, Resource, UserId, Visibility,
    auth::{Login, RefreshToken, Tokens},
    me::Me,
    meta::Meta,
    policy,
    roles::Power,
    users::{User, UserSummary},
};

pub use self::{
    acting::{Acting, Return, Returned},
    confirmation::Confirmation,
    tokens::{fresh_token, in_hand, refresh, token},
};
use self::{tabs::News, tokens::has_ended};
use crate::{browser, i18n::text, transport::api, ui::time};

/// Stands in the browser's storage while somebody is signed in: the page draws the frame before the program runs, and
/// the refresh cookie, which no script can see, is asked for only then.
const HINT: &str = "qd.signed-in";

/// How far the session is.
#[derive(Debug, Clone, PartialEq)]
pub enum State {
    /// The first refresh is on its way.
    Starting,
    /// Nobody is signed in.
    Anonymous,
    /// Signed in, but a new password comes first.
    MustChangePassword(Box<User>),
    /// Signed in.
    SignedIn(Box<Me>),
    /// It could not be found out.
    Failed(ClientError),
}

/// The session and what everybody may know of the platform, for all components.
#[derive(Debug, Clone, Copy)]
pub struct Session {
    state: RwSignal<State>,
    meta: RwSignal<Option<Meta>>,
    /// Whether the session ended by itself, so that the sign-in page can say so.
    ended: RwSignal<bool>,
    /// Whether the session ended while this tab shows a page.
    interrupted: RwSignal<bool>,
    /// Sensitive acts that wait for the password.
    confirmation: Confirmation,
    /// Whom this tab acts as.
    acting: RwSignal<Option<Acting>>,
    /// How that ended, until it was told.
    returned: RwSignal<Option<Returned>>,
}

thread_local! {
    static SESSION: RefCell<Option<Session>> = const { RefCell::new(None) };
}

impl Session {
    /// Starts the session: reads what everybody may know, and tries the refresh cookie.
    #[must_use]
    pub fn start() -> Self {
        let session = Self {
            state: RwSignal::new(State::Starting),
            meta: RwSignal::new(None),
            ended: RwSignal::new(false),
            interrupted: RwSignal::new(false),
            confirmation: Confirmation::new(),
            acting: RwSignal::new(None),
            returned: RwSignal::new(None),
        };
        SESSION.with_borrow_mut(|slot| *slot = Some(session));
        session.listen_to_other_tabs();
        crate::browser::spawn(session.reload_meta());
        crate::browser::spawn(session.resume());
        crate::browser::effect(move || {
            if session.state.with(|state| *state != State::Starting)
                && let Some(boot) = document().get_element_by_id("boot")
            {
                boot.remove();
            }
        });
        session
    }

    /// Tries the refresh cookie again.
    pub async fn resume(self) {
        if browser::can_store() && browser::stored(HINT).is_none() {
            self.state.set(State::Anonymous);
            return;
        }
        match refresh().await {
            Ok(()) => self.end_left_over().await,
            Err(error) if has_ended(&error) => self.state.set(State::Anonymous),
            Err(error) => self.state.set(State::Failed(error)),
        }
    }

    /// How far the session is.
    #[must_use]
    pub const fn state(self) -> RwSignal<State> {
        self.state
    }

    /// The platform, once it is known.
    #[must_use]
    pub const fn meta(self) -> RwSignal<Option<Meta>> {
        self.meta
    }

    /// Whether the session ended without signing out.
    #[must_use]
    pub const fn ended(self) -> RwSignal<bool> {
        self.ended
    }

    /// Whether the session ended under a page; the frame then says whether the page may go.
    #[must_use]
    pub const fn interrupted(self) -> RwSignal<bool> {
        self.interrupted
    }

    /// What asks for the password before a sensitive act.
    #[must_use]
    pub const fn confirmation(self) -> Confirmation {
        self.confirmation
    }

    /// Name of the platform.
    #[must_use]
    pub fn platform_name(self) -> String {
        self.meta.with(|meta| meta.as_ref().map_or_else(|| "Quarterdeck".to_owned(), |meta| meta.platform_name.clone()))
    }

    /// Reads name, banner and rules again.
    pub async fn reload_meta(self) {
        if let Ok(meta) = api().get_meta().await {
            document().set_title(&meta.platform_name);
            self.meta.set(Some(meta));
        }
    }

    /// Whether the person holds `permission` on something. Follows the session.
    #[must_use]
    pub fn may(self, permission: Permission) -> bool {
        self.state.with(|state| matches!(state, State::SignedIn(me) if me.may(permission)))
    }

    /// Whether the person holds `permission` on more than what is their own: what the pages of administrators need.
    #[must_use]
    pub fn reaches_others(self, permission: Permission) -> bool {
        let reach = |me: &Me| policy::visibility(&me.actor(), permission);
        self.state.with(|state| match state {
            State::SignedIn(me) => match reach(me) {
                Some(Visibility::All) => true,
                Some(Visibility::Part { organizations, groups, .. }) => !organizations.is_empty() || !groups.is_empty(),
                None => false,
            },
            _ => false,
        })
    }

    /// Where the server explains that the person does not hold `permission`, if they may ask.
    #[must_use]
    pub fn explanation(self, permission: Permission) -> Option<String> {
        let me = self.me().filter(|me| me.may(Permission::AccessExplain))?;
        Some(format!("/api/v1/access/explanations?subject={}&permission={permission}", me.user.id()))
    }

    /// Why the person may not do what `permission` names to `resource`, by the server's own decision function.
    /// A courtesy: the server decides.
    #[must_use]
    pub fn refusal(self, permission: Permission, resource: &Resource) -> Option<String> {
        self.state.with(|state| match state {
            State::SignedIn(me) => policy::allow(&me.actor(), permission, resource).err().map(|error| match error {
                Error::Forbidden(missing) => text::ui::needs_permission(missing),
                other => Problem::new(&other, "", "").detail,
            }),
            _ => Some(String::new()),
        })
    }

    /// The same for an act that nobody may do to the own account.
    #[must_use]
    pub fn refusal_on_user(self, permission: Permission, user: &UserSummary) -> Option<String> {
        if self.is_own(user.id) {
            return Some(text::ui::own_account().to_owned());
        }
        self.refusal(permission, &resource_of(user))
    }

    /// Whether it is the account of the person who is signed in.
    #[must_use]
    pub fn is_own(self, id: UserId) -> bool {
        self.state.with(|state| matches!(state, State::SignedIn(me) if me.user.id() == id))
    }

    /// The person who is signed in.
    #[must_use]
    pub fn me(self) -> Option<Me> {
        self.state.with(|state| match state {
            State::SignedIn(me) => Some((**me).clone()),
            _ => None,
        })
    }

    /// Signs in.
    ///
    /// # Errors
    /// When the credentials are wrong or the server cannot be reached.
    pub async fn sign_in(self, login: &Login) -> Result<(), ClientError> {
        let tokens = api().login(login).await?;
        self.ended.set(false);
        let taken = self.take(tokens).await;
        tabs::tell(News::SignedIn);
        taken
    }

    /// Signs out, here and in the other tabs, which hear of it before a request of theirs is refused.
    pub async fn sign_out(self) {
        tabs::tell(News::SignedOut);
        // The session ends here even when the server does not hear of it.
        let _unheard = api().logout(&RefreshToken::default()).await;
        self.forget(false);
    }

    /// Leaves the page that was kept when the session ended.
    pub fn leave(self) {
        self.forget(true);
    }

    /// Reads the own account and rights again.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn reload_me(self) -> Result<(), ClientError> {
        let hand = in_hand();
        let me = api().get_me().await?;
        if in_hand() == hand {
            time::follow(&me.user);
            self.state.set(State::SignedIn(Box::new(me)));
        }
        Ok(())
    }

    async fn take(self, tokens: Tokens) -> Result<(), ClientError> {
        // Whoever signed in meanwhile in another tab does not get the page of somebody else.
        if untrack(|| self.me().is_some() && !self.is_own(tokens.user.id())) {
            self.forget(false);
        }
        tokens::keep(&tokens);
        browser::store(HINT, Some("1"));
        // Whoever acts as somebody else does not choose their password.
        if tokens.user.must_change_password && self.acting.with_untracked(Option::is_none) {
            self.state.set(State::MustChangePassword(Box::new(tokens.user)));
            return Ok(());
        }
        let known =
            self.state.with_untracked(|state| matches!(state, State::SignedIn(me) if me.user.id() == tokens.user.id()));
        if known { Ok(()) } else { self.reload_me().await }
    }

    fn forget(self, ended: bool) {
        self.let_go();
        browser::store(HINT, None);
        let was_in =
            self.state.with_untracked(|state| matches!(state, State::SignedIn(_) | State::MustChangePassword(_)));
        self.ended.set(ended && was_in);
        self.interrupted.set(false);
        self.state.set(State::Anonymous);
    }

    fn listen_to_other_tabs(self) {
        tabs::listen(move |news| match news {
            News::SignedOut => self.interrupt(),
            News::SignedIn => self.take_up(),
        });
    }

    /// The session ended, here or in another tab. What is typed into a page must not go with it.
    fn interrupt(self) {
        // What was begun as somebody else ended with the own session.
        if untrack(|| self.me()).is_none() || self.acting.with_untracked(Option::is_some) {
            return self.forget(true);
        }
        tokens::change_hands();
        self.interrupted.set(true);
    }

    /// Takes the page up again, or leads on from the sign-in page: somebody signed in in another tab.
    fn take_up(self) {
        if self.interrupted.get_untracked() || untrack(|| self.me()).is_none() {
            self.interrupted.set(false);
            browser::spawn(self.resume());
        }
    }
}

/// The session of this page.
#[must_use]
pub fn use_session() -> Session {
    expect_context()
}

/// The same, for what is no component.
fn current() -> Option<Session> {
    SESSION.with_borrow(|slot| *slot)
}

/// Asks for the password again; whether it was given. Where no frame is around the page, nobody is asked.
pub async fn confirm() -> bool {
    match current() {
        Some(session) if untrack(|| session.me()).is_some() => session.confirmation.wait().await,
        _ => false,
    }
}

/// A user of a list as the decision function sees them, but for what they were granted: that the list does not tell.
#[must_use]
pub const fn resource_of(user: &UserSummary) -> Resource {
    let granted = Power::None;
    Resource::User { id: user.id, organization_id: user.organization_id, roles: user.roles, granted }
}
