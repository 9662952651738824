//! What is done to somebody in a group, from the page of either.

use leptos::prelude::*;
use quarterdeck_client::ClientError;
use quarterdeck_domain::{
    GroupId, Permission,
    groups::{AddGroupMember, GroupMember, Standing, UpdateGroupMember},
};

use crate::{
    i18n::text,
    session::{Session, use_session},
    transport::api,
    ui::{
        icon::Icon,
        pill::{Pill, Tone},
        popover::MenuItem,
        toast::{Toasts, use_toasts},
    },
};

/// The acts, for a component. All can be undone.
#[derive(Clone, Copy)]
pub struct MemberActs {
    session: Session,
    toasts: Toasts,
    after: StoredValue<Option<Callback<()>>>,
}

impl MemberActs {
    /// The acts, for a component.
    pub fn new() -> Self {
        Self { session: use_session(), toasts: use_toasts(), after: StoredValue::new(None) }
    }

    /// What follows each act.
    pub fn then(self, after: impl Fn() + Send + Sync + 'static) {
        self.after.set_value(Some(Callback::new(move |()| after())));
    }

    /// Adds somebody.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn add(self, group: GroupId, body: &AddGroupMember) -> Result<(), ClientError> {
        let member = api().add_group_member(group, body).await?;
        self.toasts.say(text::groups::added(member.display_name, member.group_display_name));
        self.changed();
        Ok(())
    }

    /// The items of a row's menu, below those of its page.
    pub fn items(self, row: &GroupMember, refused: impl Fn(Permission) -> Option<String>) -> Vec<MenuItem> {
        let mut items = Vec::new();
        let of = row.clone();
        if refused(Permission::GroupUpdate).is_none() {
            items.push(match row.standing {
                Standing::Member => MenuItem::run(Icon::Shield, text::groups::make_manager(), move || {
                    self.change(of.clone(), Standing::Manager);
                }),
                Standing::Manager => MenuItem::run(Icon::User, text::groups::make_member(), move || {
                    self.change(of.clone(), Standing::Member);
                }),
            });
        }
        // Managers are removed by who makes them; everybody may go.
        let needed = match row.standing {
            Standing::Manager if !untrack(|| self.session.is_own(row.user_id)) => Permission::GroupUpdate,
            _ => Permission::GroupManageMembers,
        };
        if refused(needed).is_none() {
            let of = row.clone();
            let remove = MenuItem::run(Icon::Close, text::groups::remove(), move || self.remove(of.clone()));
            items.push(remove.separated());
        }
        items
    }

    fn change(self, row: GroupMember, standing: Standing) {
        crate::browser::spawn(async move {
            if !self.set_standing(&row, standing).await {
                return;
            }
            let words = match standing {
                Standing::Manager => text::groups::is_manager(&row.display_name, &row.group_display_name),
                Standing::Member => text::groups::is_member(&row.display_name, &row.group_display_name),
            };
            self.toasts.say_with_undo(words, move || {
                let row = row.clone();
                crate::browser::spawn(async move {
                    self.set_standing(&row, row.standing).await;
                });
            });
        });
    }

    async fn set_standing(self, row: &GroupMember, standing: Standing) -> bool {
        let body = UpdateGroupMember { standing: Some(standing) };
        self.done(api().update_group_member(row.group_id, row.user_id, &body).await)
    }

    fn remove(self, row: GroupMember) {
        crate::browser::spawn(async move {
            if !self.done(api().remove_group_member(row.group_id, row.user_id).await) {
                return;
            }
            let words = text::groups::removed(&row.display_name, &row.group_display_name);
            self.toasts.say_with_undo(words, move || {
                let body = AddGroupMember { user_id: Some(row.user_id), username: None, standing: row.standing };
                let group = row.group_id;
                crate::browser::spawn(async move {
                    self.done(api().add_group_member(group, &body).await);
                });
            });
        });
    }

    fn done<T>(self, outcome: Result<T, ClientError>) -> bool {
        match &outcome {
            Ok(_) => self.changed(),
            Err(error) => self.toasts.fail(error),
        }
        outcome.is_ok()
    }

    fn changed(self) {
        if let Some(Some(after)) = self.after.try_get_value() {
            after.try_run(());
        }
    }
}

/// What somebody is in a group, in a word.
pub fn standing_words(standing: Standing) -> &'static str {
    match standing {
        Standing::Member => text::groups::member(),
        Standing::Manager => text::groups::manager(),
    }
}

/// What somebody is in a group.
#[component]
pub fn StandingPill(
    /// Which.
    standing: Standing,
) -> impl IntoView {
    let icon = match standing {
        Standing::Member => Icon::User,
        Standing::Manager => Icon::Shield,
    };
    view! { <Pill tone=Tone::Quiet icon label=standing_words(standing) bare=true/> }
}
