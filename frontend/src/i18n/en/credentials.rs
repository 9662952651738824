//! Words of the inventory of credentials.

use crate::i18n::texts;

texts! {
    credential = "Credential";
    granted_used(granted, used) = "granted {granted}, used {used}";
    all_of_user = "all of its user";
    unused = "Unused for";
    unused_30 = "30 days";
    unused_90 = "90 days";
    unused_365 = "a year";
    over_scoped = "Has scopes that it does not use";
    of_user = "Whose";
    all_of_owner = "All credentials of the owner";
    of(name, owner) = "“{name}” of {owner}";
    revoke_dots = "Revoke…";
    revoke_of(name) = "Revoke {name}";
    revoke_many[count] = "Revoke {count} credential" | "Revoke {count} credentials";
    revoke_effect = "Whoever acts by it is refused within a second. This cannot be undone.";
    links_stay[count] = "{count} reset link stays: a new password, or another link, ends it." | "{count} reset links stay: a new password, or another link, ends them.";
    many_failed[count] = "{count} could not be revoked." | "{count} could not be revoked.";
    revoked[count] = "{count} credential revoked" | "{count} credentials revoked";
    empty = "No credentials";
    empty_words = "API keys, sessions and unused reset links stand here.";
}
