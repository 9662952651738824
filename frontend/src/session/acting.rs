//! Acting as somebody else, in this tab: their session is in hand, while the own one waits in its cookie.

use leptos::prelude::*;
use quarterdeck_client::ClientError;
use quarterdeck_domain::{Timestamp, UserId, impersonation::StartImpersonation, users::UserSummary};

use super::{
    Session, State,
    tokens::{self, has_ended},
};
use crate::{browser, transport::api};

/// Says in the storage of the tab as whom it acts. The tokens are in memory only, so a console that is loaded anew finds
/// this alone.
const HINT: &str = "qd.acting";

/// Whom this tab acts as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acting {
    /// The user.
    pub user_id: UserId,
    /// Their full name.
    pub name: String,
    /// When it ends at the latest, by the clock of this browser.
    pub until: Timestamp,
}

/// Why a tab acts as oneself again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Return {
    /// It was asked for.
    Asked,
    /// Time, or the right, was over.
    ByItself,
    /// The console was loaded anew.
    Reloaded,
}

/// That a tab acts as oneself again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    /// As whom it acted.
    pub user_id: UserId,
    /// Their full name.
    pub name: String,
    /// Why.
    pub why: Return,
}

impl Session {
    /// Whom this tab acts as, if it does.
    #[must_use]
    pub const fn acting(self) -> RwSignal<Option<Acting>> {
        self.acting
    }

    /// How that ended; whoever tells it takes it out.
    #[must_use]
    pub const fn returned(self) -> RwSignal<Option<Returned>> {
        self.returned
    }

    /// Begins to act as `user`. Once that is granted, `leave` leaves the page of the own session.
    ///
    /// # Errors
    /// When it is refused, or the server cannot be reached; the own session goes on.
    pub async fn act_as(
        self,
        user: &UserSummary,
        body: &StartImpersonation,
        leave: impl FnOnce(),
    ) -> Result<(), ClientError> {
        let started = api().start_impersonation(user.id, body).await?;
        let seconds = started.impersonation.expires_at.seconds_since(started.impersonation.started_at);
        let name = user.display_name.clone();
        tokens::change_hands();
        tokens::keep(&started.tokens);
        browser::store_for_tab(HINT, &format!("{} {name}", user.id));
        self.state.set(State::Starting);
        leave();
        self.acting.set(Some(Acting { user_id: user.id, name, until: browser::now().plus_seconds(seconds) }));
        if let Err(error) = self.reload_me().await
            && self.acting.with_untracked(Option::is_some)
        {
            self.state.set(State::Failed(error));
        }
        Ok(())
    }

    /// Acts as oneself again.
    ///
    /// # Errors
    /// When the server cannot be reached; nothing has changed then.
    pub async fn act_as_self(self) -> Result<(), ClientError> {
        let Some(acting) = self.acting.get_untracked() else { return Ok(()) };
        match api().end_impersonation(acting.user_id).await {
            // One that has ended meanwhile is no reason to stay.
            Err(error) if !has_ended(&error) && error.code() != "not-found" => Err(error),
            _ => {
                self.come_back(Return::Asked);
                Ok(())
            }
        }
    }

    /// What follows when the session in hand has ended.
    pub(super) fn ended_by_itself(self) {
        match self.acting.with_untracked(Option::is_some) {
            true => self.come_back(Return::ByItself),
            false => self.interrupt(),
        }
    }

    /// Ends what a console that was loaded anew acted as: its tokens went with the page.
    pub(super) async fn end_left_over(self) {
        let hint = browser::stored_for_tab(HINT).unwrap_or_default();
        let Some((id, name)) = hint.split_once(' ').filter(|_| self.acting.with_untracked(Option::is_none)) else {
            return;
        };
        browser::store_for_tab(HINT, "");
        if let Ok(user_id) = id.parse() {
            // It ends with its time where this does not arrive.
            let _ended = api().end_impersonation(user_id).await;
            self.returned.set(Some(Returned { user_id, name: name.to_owned(), why: Return::Reloaded }));
        }
    }

    /// Lets go of the session in hand; as whom it acted.
    pub(super) fn let_go(self) -> Option<Acting> {
        tokens::change_hands();
        browser::store_for_tab(HINT, "");
        let acting = self.acting.get_untracked();
        if acting.is_some() {
            self.acting.set(None);
        }
        acting
    }

    /// Takes up the own session again, by its cookie.
    fn come_back(self, why: Return) {
        let Some(Acting { user_id, name, .. }) = self.let_go() else { return };
        // The page of whom one acted as goes first: it is not there to be told of the return.
        self.state.set(State::Starting);
        self.returned.set(Some(Returned { user_id, name, why }));
        browser::spawn(async move {
            self.resume().await;
            if self.state.with_untracked(|state| *state == State::Anonymous) {
                self.returned.set(None);
                self.ended.set(true);
            }
        });
    }
}
