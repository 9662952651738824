//! Acts on the selected users. Each ends in a plan; some ask a question first.

use leptos::prelude::*;
use quarterdeck_domain::{
    FieldError, Permission, Role,
    groups::Standing,
    jobs::Job,
    plans::{PlanAction, RoleChange, Selection},
    users::UserStatus,
};

use super::{model::selection, organization::OrganizationField, verbs::UserVerbs};
use crate::{
    features::{
        bin::Subject,
        groups::{GroupField, StandingField},
    },
    i18n::{text, words},
    session::use_session,
    ui::{
        choice::SelectField,
        dialog::FormDialog,
        field::Faults,
        icon::Icon,
        plan::{Planner, use_planner},
        table::{BulkVerb, Options, Selected},
        toast::{Toasts, use_toasts},
    },
};

/// The question that an act asks first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Question {
    Role(RoleChange),
    Organization,
    Group,
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

    fn plan(self, title: impl Into<String>, action: PlanAction, done: fn(u64) -> String) {
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

    /// Draws them.
    pub fn views(self) -> impl IntoView {
        view! { <RoleDialog dialogs=self/> <OrganizationDialog dialogs=self/> <GroupDialog dialogs=self/> }
    }

    /// Whether the question is open, both ways.
    fn opener(self, is: fn(Question) -> bool) -> RwSignal<bool> {
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

    fn take(self) -> Option<(Question, Selection)> {
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

#[component]
fn RoleDialog(dialogs: BulkDialogs) -> impl IntoView {
    let open = dialogs.opener(|question| matches!(question, Question::Role(_)));
    let role = RwSignal::new(Role::User.name().to_owned());
    let options: Options =
        Role::ALL.iter().rev().map(|role| (role.name().to_owned(), words::role(*role).to_owned())).collect();
    let is_giving = move || dialogs.asked.with(|asked| matches!(asked, Some((Question::Role(RoleChange::Add), _))));
    let title = Signal::derive(move || {
        if is_giving() { text::users::give_role() } else { text::users::take_role() }.to_owned()
    });
    let submit = move |()| {
        let Ok(chosen) = role.get_untracked().parse::<Role>() else { return };
        if let Some((Question::Role(change), selection)) = dialogs.take() {
            let title = match change {
                RoleChange::Add => text::plans::title_give_role(words::role(chosen)),
                RoleChange::Remove => text::plans::title_take_role(words::role(chosen)),
            };
            dialogs.plan(
                title,
                PlanAction::ChangeUserRole { selection, role: chosen, change },
                text::plans::done_changed,
            );
        }
    };
    let help = move || role.get().parse::<Role>().map(words::role_help).unwrap_or_default();
    view! {
        <FormDialog open title verb=text::ui::go_on() busy=Signal::stored(false) submit=Callback::new(submit)>
            <SelectField label=text::users::role() value=role options=options.clone() name="role"/>
            <p class="muted">{help}</p>
        </FormDialog>
    }
}

#[component]
fn OrganizationDialog(dialogs: BulkDialogs) -> impl IntoView {
    let open = dialogs.opener(|question| question == Question::Organization);
    let (chosen, name) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let submit = move |()| {
        if let Some((_, selection)) = dialogs.take() {
            let organization_id = chosen.get_untracked().parse().ok();
            dialogs.plan(
                text::plans::title_move_users(),
                PlanAction::MoveUsers { selection, organization_id },
                text::plans::done_moved,
            );
        }
    };
    view! {
        <FormDialog open title=text::plans::title_move_users() verb=text::ui::go_on() busy=Signal::stored(false) submit=Callback::new(submit)>
            <OrganizationField value=chosen words=name optional=true/>
        </FormDialog>
    }
}

#[component]
fn GroupDialog(dialogs: BulkDialogs) -> impl IntoView {
    let session = use_session();
    let open = dialogs.opener(|question| question == Question::Group);
    let (chosen, name) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (standing, faults) = (RwSignal::new(String::new()), Faults::new());
    crate::browser::effect(move || {
        if open.get() {
            chosen.set(String::new());
            standing.set(Standing::Member.name().to_owned());
            faults.show(Vec::new());
        }
    });
    let submit = move |()| {
        let Ok(group_id) = chosen.get_untracked().parse() else {
            faults.show(vec![FieldError::new("/group_id", "required", text::groups::choose_group())]);
            return;
        };
        if let Some((_, selection)) = dialogs.take() {
            let standing = standing.get_untracked().parse().unwrap_or(Standing::Member);
            dialogs.plan(
                text::plans::title_add_to(name.get_untracked()),
                PlanAction::AddToGroup { selection, group_id, standing },
                text::plans::done_joined,
            );
        }
    };
    // Whoever only manages members makes no managers.
    let makes_managers = move || session.reaches_others(Permission::GroupUpdate);
    view! {
        <FormDialog open title=text::plans::title_add() verb=text::ui::go_on() busy=Signal::stored(false) submit=Callback::new(submit)>
            <GroupField value=chosen words=name pointer="/group_id" faults/>
            {move || makes_managers().then(|| view! { <StandingField value=standing faults/> })}
        </FormDialog>
    }
}
