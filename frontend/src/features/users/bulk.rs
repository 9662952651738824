//! Acts on the selected users. Each ends in a plan; some ask a question first.

use leptos::{
    prelude::*,
    wasm_split::{SplitLoaderError, wasm_split},
};
use quarterdeck_domain::{
    Permission,
    jobs::Job,
    plans::{PlanAction, RoleChange, Selection},
    users::UserStatus,
};

use super::{model::selection, questions::Questions, verbs::UserVerbs};
use crate::{
    features::bin::Subject,
    i18n::text,
    session::use_session,
    ui::{
        icon::Icon,
        late::late,
        plan::{Planner, use_planner},
        table::{BulkVerb, Selected},
        toast::{Toasts, use_toasts},
    },
};

/// The question that an act asks first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// Which role is given or taken.
    Role(RoleChange),
    /// Which organization they move to.
    Organization,
    /// Which group they are put into.
    Group,
}

#[wasm_split(bulk, wasm_split_path = leptos::wasm_split, fallible)]
fn questions() -> Result<fn(BulkDialogs) -> AnyView, SplitLoaderError> {
    Ok(|dialogs| view! { <Questions dialogs/> }.into_any())
}

/// The dialogs of the bulk acts.
#[derive(Clone, Copy)]
pub struct BulkDialogs {
    planner: Planner,
    toasts: Toasts,
    verbs: UserVerbs,
    asked: RwSignal<Option<(Question, Selection)>>,
    after: StoredValue<Option<Callback<()>>>,
}

impl BulkDialogs {
    /// The dialogs, for a component with the verbs of a row.
    #[must_use]
    pub fn new(verbs: UserVerbs) -> Self {
        Self {
            planner: use_planner(),
            toasts: use_toasts(),
            verbs,
            asked: RwSignal::new(None),
            after: StoredValue::new(None),
        }
    }

    /// What follows each act.
    pub fn then(self, after: impl Fn() + Send + Sync + 'static) {
        self.after.set_value(Some(Callback::new(move |()| after())));
    }

    fn ask(self, question: Question, selected: &Selected) {
        self.asked.set(selection(selected).map(|selection| (question, selection)));
    }

    /// Shows the plan; `done` are the words for so many rows.
    pub fn plan(self, title: impl Into<String>, action: PlanAction, done: fn(u64) -> String) {
        self.planner.begin(title, action, move |job: Job| {
            // A job that goes on in the background has no number yet.
            if job.state.is_final() && job.succeeded > 0 {
                self.toasts.say(done(job.succeeded));
            }
            self.changed();
        });
    }

    fn changed(self) {
        if let Some(Some(after)) = self.after.try_get_value() {
            after.try_run(());
        }
    }

    /// Draws them, from when the first is open.
    pub fn views(self) -> impl IntoView {
        let loaded = late(self.asked, questions);
        move || loaded.get().map(|draw| draw(self))
    }

    /// The question that is asked.
    pub const fn asked(self) -> RwSignal<Option<(Question, Selection)>> {
        self.asked
    }

    /// Whether the question is open, both ways.
    pub fn opener(self, is: fn(Question) -> bool) -> RwSignal<bool> {
        let open = RwSignal::new(false);
        crate::browser::effect(move || {
            open.set(self.asked.with(|asked| asked.as_ref().is_some_and(|(question, _)| is(*question))));
        });
        crate::browser::effect(move || {
            if !open.get()
                && self.asked.with_untracked(|asked| asked.as_ref().is_some_and(|(question, _)| is(*question)))
            {
                self.asked.set(None);
            }
        });
        open
    }

    /// The question and its rows, which is closed by that.
    pub fn take(self) -> Option<(Question, Selection)> {
        let asked = self.asked.get_untracked();
        self.asked.set(None);
        asked
    }
}

/// The verbs that the person holds.
#[must_use]
pub fn bulk_verbs(dialogs: BulkDialogs) -> Vec<BulkVerb> {
    let session = use_session();
    let plan_status = move |selected: &Selected, status| {
        let (title, done): (_, fn(u64) -> String) = match status {
            UserStatus::Suspended => (text::plans::title_suspend_users(), text::plans::done_suspended),
            UserStatus::Active => (text::plans::title_activate_users(), text::plans::done_activated),
        };
        if let Some(selection) = selection(selected) {
            dialogs.plan(title, PlanAction::SetUserStatus { selection, status, reason: String::new() }, done);
        }
    };
    let verbs = [
        (
            Permission::UserSuspend,
            BulkVerb::new(text::users::suspend_dots(), Icon::Pause, move |selected| {
                plan_status(&selected, UserStatus::Suspended);
            }),
        ),
        (
            Permission::UserSuspend,
            BulkVerb::new(text::users::activate_dots(), Icon::Play, move |selected| {
                plan_status(&selected, UserStatus::Active);
            }),
        ),
        (
            Permission::UserAssignRoles,
            BulkVerb::new(text::users::give_role_dots(), Icon::Shield, move |selected| {
                dialogs.ask(Question::Role(RoleChange::Add), &selected);
            }),
        ),
        (
            Permission::UserAssignRoles,
            BulkVerb::new(text::users::take_role_dots(), Icon::Close, move |selected| {
                dialogs.ask(Question::Role(RoleChange::Remove), &selected);
            }),
        ),
        (
            Permission::UserMove,
            BulkVerb::new(text::users::move_dots(), Icon::Move, move |selected| {
                dialogs.ask(Question::Organization, &selected);
            }),
        ),
        (
            Permission::GroupManageMembers,
            BulkVerb::new(text::groups::add_to_dots(), Icon::Plus, move |selected| {
                dialogs.ask(Question::Group, &selected);
            }),
        ),
        (
            Permission::GroupUpdate,
            BulkVerb::new(text::groups::remove_all_dots(), Icon::Group, move |selected| {
                if let Some(selection) = selection(&selected) {
                    dialogs.plan(
                        text::plans::title_take_out(),
                        PlanAction::RemoveFromGroups { selection },
                        text::plans::done_changed,
                    );
                }
            }),
        ),
        (
            Permission::SessionRevoke,
            BulkVerb::new(text::users::end_sessions_dots(), Icon::SignOut, move |selected| {
                if let Some(selection) = selection(&selected) {
                    dialogs.plan(
                        text::plans::title_revoke_sessions(),
                        PlanAction::RevokeUserSessions { selection },
                        text::plans::done_revoked,
                    );
                }
            }),
        ),
        (
            Permission::UserDelete,
            BulkVerb::new(text::users::offboard_dots(), Icon::SignOut, move |selected| {
                if let Some(selection) = selection(&selected) {
                    dialogs.verbs.leaving().begin(selection, move || dialogs.changed());
                }
            }),
        ),
        (
            Permission::UserDelete,
            BulkVerb::new(text::users::delete_dots(), Icon::Trash, move |selected| {
                if let Some(selection) = selection(&selected) {
                    dialogs.verbs.disposal().begin(Subject::Users(selection), move |_| dialogs.changed());
                }
            })
            .dangerous(),
        ),
    ];
    let is_held = |permission| untrack(|| session.reaches_others(permission));
    verbs.into_iter().filter(|(permission, _)| is_held(*permission)).map(|(_, verb)| verb).collect()
}
