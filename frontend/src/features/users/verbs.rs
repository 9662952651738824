//! What can be done with one user, from a row or from the page of the user.

use leptos::prelude::*;
use quarterdeck_domain::{
    Permission, Role, UserId,
    plans::{PlanAction, RoleChange},
    roles::Power,
    users::{UpdateUser, UserKind, UserStatus, UserSummary},
};

use super::{model::only, password_acts::PasswordActs};
use crate::{
    features::{
        bin::{Disposal, DisposalDialog, Subject},
        departures::{Leaving, LeavingHost},
    },
    i18n::text,
    session::{Session, use_session},
    transport::api,
    ui::{
        dialog::{FormDialog, open_with},
        field::TextField,
        icon::Icon,
        plan::{Planner, use_planner},
        popover::MenuItem,
        submission::Submission,
        toast::{Toasts, use_toasts},
    },
};

/// The verbs of a user.
#[derive(Clone, Copy)]
pub struct UserVerbs {
    session: Session,
    toasts: Toasts,
    planner: Planner,
    suspending: RwSignal<Option<UserSummary>>,
    acting: RwSignal<Option<UserSummary>>,
    passwords: PasswordActs,
    disposal: Disposal,
    leaving: Leaving,
    after: StoredValue<Option<Callback<()>>>,
}

impl UserVerbs {
    /// The verbs, for a component.
    #[must_use]
    pub fn new() -> Self {
        Self {
            session: use_session(),
            toasts: use_toasts(),
            planner: use_planner(),
            suspending: RwSignal::new(None),
            acting: RwSignal::new(None),
            passwords: PasswordActs::new(),
            disposal: Disposal::new(),
            leaving: Leaving::new(),
            after: StoredValue::new(None),
        }
    }

    /// What follows each change.
    pub fn then(self, after: impl Fn() + Send + Sync + 'static) {
        self.after.set_value(Some(Callback::new(move |()| after())));
    }

    /// The acts on passwords.
    #[must_use]
    pub const fn passwords(self) -> PasswordActs {
        self.passwords
    }

    /// What deletes.
    #[must_use]
    pub const fn disposal(self) -> Disposal {
        self.disposal
    }

    /// What lets people leave.
    #[must_use]
    pub const fn leaving(self) -> Leaving {
        self.leaving
    }

    /// Does what follows each change.
    pub fn changed(self) {
        if let Some(Some(after)) = self.after.try_get_value() {
            after.try_run(());
        }
    }

    /// The items of a row's menu.
    #[must_use]
    pub fn items(self, user: &UserSummary) -> Vec<MenuItem> {
        let refusal = |permission| untrack(|| self.session.refusal_on_user(permission, user));
        // Nobody signs in as a service account.
        let is_person = user.kind == UserKind::Person;
        let shown = |permission| untrack(|| self.session.may(permission));
        let mut items = vec![MenuItem::link(Icon::Edit, text::users::open(), format!("/users/{}", user.id))];
        if is_person && shown(Permission::UserImpersonate) {
            let item = MenuItem::link(Icon::Eye, text::users::act_as_dots(), format!("/users/{}?act=as", user.id));
            items.push(item.unless(untrack(|| self.act_as_refusal(user))));
        }
        if shown(Permission::UserSuspend) {
            let row = user.clone();
            let item = match user.status {
                UserStatus::Active => {
                    MenuItem::run(Icon::Pause, text::users::suspend_dots(), move || self.suspend(&row))
                }
                UserStatus::Suspended => {
                    MenuItem::run(Icon::Play, text::users::activate(), move || self.activate(&row))
                }
            };
            items.push(item.unless(refusal(Permission::UserSuspend)));
        }
        if shown(Permission::UserAssignRoles) {
            let row = user.clone();
            let (icon, label, change) = if user.roles.contains(Role::Admin) {
                (Icon::Close, text::users::take_admin_dots(), RoleChange::Remove)
            } else {
                (Icon::Shield, text::users::make_admin_dots(), RoleChange::Add)
            };
            let item = MenuItem::run(icon, label, move || self.change_admin(&row, change));
            items.push(item.unless(refusal(Permission::UserAssignRoles)));
        }
        if is_person && shown(Permission::UserSetPassword) {
            let (row, id, acts) = (user.clone(), user.id, self.passwords);
            let refused = refusal(Permission::UserSetPassword);
            let set = MenuItem::run(Icon::Key, text::users::set_password_dots(), move || acts.set(&row));
            let link = MenuItem::run(Icon::Link, text::users::make_link(), move || acts.make_link(id));
            items.extend([set.unless(refused.clone()), link.unless(refused)]);
        }
        if is_person && shown(Permission::SessionRevoke) {
            let row = user.clone();
            let refused = untrack(|| self.sessions_refusal(user));
            let item = MenuItem::run(Icon::SignOut, text::users::end_sessions_dots(), move || self.end_sessions(&row));
            items.push(item.unless(refused));
        }
        if shown(Permission::UserDelete) {
            let (row, refused) = (user.clone(), refusal(Permission::UserDelete));
            let leave = MenuItem::run(Icon::SignOut, text::users::offboard_dots(), move || self.offboard(&row));
            items.push(leave.separated().unless(refused.clone()));
            let row = user.clone();
            let delete = MenuItem::run(Icon::Trash, text::users::delete_dots(), move || self.delete(&row, || {}));
            items.push(delete.dangerous().unless(refused));
        }
        items
    }

    /// Why nobody acts as the user here.
    #[must_use]
    pub fn act_as_refusal(self, user: &UserSummary) -> Option<String> {
        let allowed = || self.session.me().is_some_and(|me| me.impersonates_administrators);
        self.session.refusal_on_user(Permission::UserImpersonate, user).or_else(|| {
            let why = match (user.kind, user.status, user.roles.power()) {
                (UserKind::Service, ..) => text::users::act_as_service(),
                (_, UserStatus::Suspended, _) => text::users::act_as_suspended(),
                (.., Power::Platform) if !allowed() => text::users::act_as_administrator(),
                _ => return None,
            };
            Some(why.to_owned())
        })
    }

    /// Asks why and how far, then acts as the user.
    pub fn act_as(self, user: &UserSummary) {
        self.acting.set(Some(user.clone()));
    }

    /// The user that it is asked for.
    #[must_use]
    pub const fn acting(self) -> RwSignal<Option<UserSummary>> {
        self.acting
    }

    /// Asks for the reason, then suspends.
    pub fn suspend(self, user: &UserSummary) {
        self.suspending.set(Some(user.clone()));
    }

    /// Plans to make the user an administrator, or to end that.
    fn change_admin(self, user: &UserSummary, change: RoleChange) {
        let name = user.display_name.clone();
        let title = match change {
            RoleChange::Add => text::users::make_admin_of(&name),
            RoleChange::Remove => text::users::take_admin_of(&name),
        };
        let action = PlanAction::ChangeUserRole { selection: only(user.id), role: Role::Admin, change };
        self.planner.begin(title, action, move |job| {
            if job.succeeded > 0 {
                self.toasts.say(text::users::roles_changed(&name));
                self.changed();
            }
        });
    }

    /// Activates at once; can be undone, and then for the same reason.
    pub fn activate(self, user: &UserSummary) {
        let name = user.display_name.clone();
        let id = user.id;
        crate::browser::spawn(async move {
            let reason = api().get_user(id).await.map(|user| user.status_reason).unwrap_or_default();
            if self.set_status(id, UserStatus::Active, String::new()).await {
                self.toasts.say_with_undo(text::users::activated(name), move || {
                    let reason = reason.clone();
                    crate::browser::spawn(async move {
                        self.set_status(id, UserStatus::Suspended, reason).await;
                    });
                });
            }
        });
    }

    async fn set_status(self, id: UserId, status: UserStatus, reason: String) -> bool {
        let body = UpdateUser { status: Some(status), status_reason: Some(reason), ..UpdateUser::default() };
        let outcome = api().update_user(id, &body, None).await;
        match &outcome {
            Ok(_) => self.changed(),
            Err(error) => self.toasts.fail(error),
        }
        outcome.is_ok()
    }

    /// Why the sessions of the user cannot be ended here.
    #[must_use]
    pub fn sessions_refusal(self, user: &UserSummary) -> Option<String> {
        let none = || (user.active_sessions == 0).then(|| text::users::no_sessions().to_owned());
        self.session.refusal_on_user(Permission::SessionRevoke, user).or_else(none)
    }

    /// Plans the end of all sessions.
    pub fn end_sessions(self, user: &UserSummary) {
        let title = text::users::end_sessions_of(&user.display_name);
        self.planner.begin(title, PlanAction::RevokeUserSessions { selection: only(user.id) }, move |job| {
            self.toasts.say(text::plans::done_revoked(job.succeeded));
            self.changed();
        });
    }

    /// Asks how the user leaves; the receipt follows.
    pub fn offboard(self, user: &UserSummary) {
        self.leaving.begin_one(user, move || self.changed());
    }

    /// Asks whether the user goes to the bin or for good, and plans that; `then` follows it.
    pub fn delete(self, user: &UserSummary, then: impl Fn() + Send + Sync + 'static) {
        self.disposal.begin(Subject::user(user), move |job| {
            if job.succeeded > 0 {
                self.changed();
                then();
            }
        });
    }
}

/// The dialogs of deletion and of leaving.
#[component]
pub fn EndDialogs(
    /// The verbs that open them.
    verbs: UserVerbs,
) -> impl IntoView {
    view! { <DisposalDialog disposal=verbs.disposal/> <LeavingHost leaving=verbs.leaving/> }
}

/// Asks why a user is suspended; says what follows.
#[component]
pub fn SuspendDialog(
    /// The verbs that open it.
    verbs: UserVerbs,
) -> impl IntoView {
    let reason = RwSignal::new(String::new());
    let submission @ Submission { busy, error, faults } = Submission::new();
    let open = open_with(verbs.suspending, move || {
        reason.set(String::new());
        submission.reset();
    });
    let user = move || verbs.suspending.get();
    let title =
        Signal::derive(move || user().map(|user| text::users::suspend_of(user.display_name)).unwrap_or_default());
    let words =
        move || user().map(|user| text::users::suspend_effect(u64::from(user.active_sessions), user.display_name));
    let submit = move |()| {
        let Some(user) = verbs.suspending.get_untracked() else { return };
        let body = UpdateUser {
            status: Some(UserStatus::Suspended),
            status_reason: Some(reason.get_untracked()),
            ..UpdateUser::default()
        };
        submission.send(body.faults(), async move {
            api().update_user(user.id, &body, None).await?;
            open.set(false);
            verbs.changed();
            verbs.toasts.say_with_undo(text::users::suspended(&user.display_name), move || verbs.activate(&user));
            Ok(())
        });
    };
    view! {
        <FormDialog open title verb=title busy error submit=Callback::new(submit)>
            <p>{words}</p>
            <TextField label=text::ui::reason() value=reason pointer="/status_reason" faults help=Signal::stored(text::ui::reason_help().to_owned()) optional=true name="reason" autofocus=true/>
        </FormDialog>
    }
}
