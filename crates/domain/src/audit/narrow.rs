//! What of an event is for whom.

use serde_json::Value;

use super::{AuditEvent, OUTSIDER};
use crate::{OrganizationId, UserId};

impl AuditEvent {
    /// Who acted, in the name of whom.
    pub fn people(&self) -> impl Iterator<Item = UserId> {
        self.actor.id.into_iter().chain(self.impersonator.as_ref().and_then(|by| by.id))
    }

    /// Takes out what needs `user.read_contact`.
    pub fn hide_contact(&mut self) {
        self.changes.retain(|change| change.field != "contact");
    }

    /// Takes out what is not for whoever sees `organizations` alone: other organizations, and who of those that are outside
    /// acted, as somebody else too, from where.
    pub fn narrow(&mut self, organizations: &[OrganizationId], is_outside: impl Fn(UserId) -> bool) {
        let seen: Vec<Value> = organizations.iter().filter_map(|own| serde_json::to_value(own).ok()).collect();
        for change in self.changes.iter_mut().filter(|change| change.field == "organization_id") {
            for value in [&mut change.before, &mut change.after].into_iter().filter(|value| !seen.contains(value)) {
                *value = Value::Null;
            }
        }
        let hide = |id: &mut Option<UserId>, label: &mut String| {
            let hides = id.is_some_and(&is_outside);
            if hides {
                *id = None;
                OUTSIDER.clone_into(label);
            }
            hides
        };
        let actor = hide(&mut self.actor.id, &mut self.actor.label);
        let impersonator = self.impersonator.as_mut().is_some_and(|by| hide(&mut by.id, &mut by.label));
        if actor || impersonator {
            self.address.clear();
            self.user_agent.clear();
            self.session_id = None;
            self.api_key_id = None;
        }
    }
}
