//! Somebody comes into a group: asked for on the page of the group, and on the page of the person.

use std::sync::Arc;

use leptos::prelude::*;
use quarterdeck_domain::{
    FieldError, GroupId, Permission, UserId,
    groups::{AddGroupMember, Group, Standing},
};

use super::{
    acts::MemberActs,
    choice::{GroupField, StandingField},
};
use crate::{
    features::users::find_users,
    i18n::text,
    session::use_session,
    ui::{
        dialog::{FormDialog, open_with},
        field::TextField,
        lookup::LookupField,
        submission::Submission,
    },
};

/// What both dialogs have: somebody or a group to choose, what the person becomes, and the way to send it.
#[derive(Clone, Copy)]
struct Form {
    chosen: RwSignal<String>,
    words: RwSignal<String>,
    standing: RwSignal<String>,
    submission: Submission,
    acts: MemberActs,
}

impl Form {
    fn new(acts: MemberActs) -> Self {
        let text = || RwSignal::new(String::new());
        Self { chosen: text(), words: text(), standing: text(), submission: Submission::new(), acts }
    }

    fn begin(self) {
        self.chosen.set(String::new());
        self.words.set(String::new());
        self.standing.set(Standing::Member.name().to_owned());
        self.submission.reset();
    }

    fn body(self, user_id: Option<UserId>, username: Option<String>) -> AddGroupMember {
        let standing = self.standing.get_untracked().parse().unwrap_or(Standing::Member);
        AddGroupMember { user_id, username, standing }
    }

    fn refuse(self, pointer: &str, words: &str) {
        self.submission.faults.show(vec![FieldError::new(pointer, "required", words)]);
    }

    fn send(self, group: GroupId, body: AddGroupMember, open: RwSignal<bool>) {
        self.submission.send(Vec::new(), async move {
            self.acts.add(group, &body).await?;
            open.try_set(false);
            Ok(())
        });
    }
}

/// Adds somebody to the group that is asked about.
#[component]
pub fn AddMemberDialog(
    /// The group.
    asked: RwSignal<Option<Group>>,
    /// Adds.
    acts: MemberActs,
) -> impl IntoView {
    let session = use_session();
    let form = Form::new(acts);
    let open = open_with(asked, move || form.begin());
    let title = Signal::derive(move || {
        asked.with(|group| {
            group.as_ref().map(|group| text::groups::add_member_to(&group.display_name)).unwrap_or_default()
        })
    });
    // Whoever sees no list of people names them.
    let finds = Memo::new(move |_| session.reaches_others(Permission::UserRead));
    let makes_managers = move || {
        asked.with(|group| {
            group.as_ref().is_some_and(|group| session.refusal(Permission::GroupUpdate, &group.resource()).is_none())
        })
    };
    let submit = move |()| {
        let Some(group) = asked.get_untracked() else { return };
        let chosen = form.chosen.get_untracked().trim().to_owned();
        match (chosen.is_empty(), finds.get_untracked()) {
            (true, true) => form.refuse("/user_id", text::groups::choose_person()),
            (true, false) => form.refuse("/username", text::groups::choose_person()),
            (false, true) => form.send(group.id, form.body(chosen.parse().ok(), None), open),
            (false, false) => form.send(group.id, form.body(None, Some(chosen)), open),
        }
    };
    view! {
        <FormDialog open title verb=text::groups::add_member() busy=form.submission.busy error=form.submission.error submit=Callback::new(submit)>
            {move || match finds.get() {
                true => view! {
                    <LookupField label=text::groups::person() value=form.chosen words=form.words search=Arc::new(find_users) none=None pointer="/user_id" faults=form.submission.faults/>
                }.into_any(),
                false => view! {
                    <TextField label=text::users::username() value=form.chosen pointer="/username" faults=form.submission.faults help=Signal::stored(text::groups::username_help().to_owned()) name="username"/>
                }.into_any(),
            }}
            {move || makes_managers().then(|| view! { <StandingField value=form.standing faults=form.submission.faults/> })}
        </FormDialog>
    }
}

/// Adds the person who is asked about, by id and name, to a group.
#[component]
pub fn AddToGroupDialog(
    /// The person.
    asked: RwSignal<Option<(UserId, String)>>,
    /// Adds.
    acts: MemberActs,
) -> impl IntoView {
    let form = Form::new(acts);
    let open = open_with(asked, move || form.begin());
    let title = Signal::derive(move || {
        asked.with(|person| person.as_ref().map(|(_, name)| text::groups::add_to(name)).unwrap_or_default())
    });
    let submit = move |()| {
        let Some((person, _)) = asked.get_untracked() else { return };
        match form.chosen.get_untracked().parse() {
            Ok(group) => form.send(group, form.body(Some(person), None), open),
            Err(_) => form.refuse("/user_id", text::groups::choose_group()),
        }
    };
    // What is wrong with the person for this group stands at the group.
    view! {
        <FormDialog open title verb=text::groups::add_to_group() busy=form.submission.busy error=form.submission.error submit=Callback::new(submit)>
            <GroupField value=form.chosen words=form.words pointer="/user_id" faults=form.submission.faults/>
            <StandingField value=form.standing faults=form.submission.faults/>
        </FormDialog>
    }
}
