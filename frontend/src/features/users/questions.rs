//! What the acts on the selected users ask first: which role, which organization, which group.

use leptos::prelude::*;
use quarterdeck_domain::{
    FieldError, Permission, Role,
    groups::Standing,
    plans::{PlanAction, RoleChange},
};

use super::{
    bulk::{BulkDialogs, Question},
    organization::OrganizationField,
};
use crate::{
    features::groups::{GroupField, StandingField},
    i18n::{text, words},
    session::use_session,
    ui::{choice::SelectField, dialog::FormDialog, field::Faults, table::Options},
};

/// The dialogs.
#[component]
pub fn Questions(
    /// What opens them.
    dialogs: BulkDialogs,
) -> impl IntoView {
    view! { <RoleDialog dialogs/> <OrganizationDialog dialogs/> <GroupDialog dialogs/> }
}

#[component]
fn RoleDialog(dialogs: BulkDialogs) -> impl IntoView {
    let open = dialogs.opener(|question| matches!(question, Question::Role(_)));
    let role = RwSignal::new(Role::User.name().to_owned());
    let options: Options =
        Role::ALL.iter().rev().map(|role| (role.name().to_owned(), words::role(*role).to_owned())).collect();
    let is_giving = move || dialogs.asked().with(|asked| matches!(asked, Some((Question::Role(RoleChange::Add), _))));
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
