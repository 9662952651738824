//! Words of bulk and destructive acts.

use crate::i18n::texts;

texts! {
    verb(verb, what) = "{verb} {what}";
    delete = "Delete";
    suspend = "Suspend";
    activate = "Activate";
    give_role = "Give the role to";
    take_role = "Take the role from";
    move_users = "Move";
    revoke = "End";

    users[count] = "{count} user" | "{count} users";
    sessions[count] = "{count} session" | "{count} sessions";
    organizations[count] = "{count} organization" | "{count} organizations";
    members[count] = "{count} member" | "{count} members";
    roles[count] = "{count} role" | "{count} roles";
    reset_links[count] = "{count} reset link" | "{count} reset links";
    provider_keys[count] = "{count} provider key" | "{count} provider keys";
    api_keys[count] = "{count} API key" | "{count} API keys";
    groups[count] = "{count} group" | "{count} groups";
    memberships[count] = "{count} membership" | "{count} memberships";
    ledger_entries[count] = "{count} ledger entry" | "{count} ledger entries";
    reservations[count] = "{count} reservation" | "{count} reservations";
    saved_views[count] = "{count} shared view" | "{count} shared views";
    avatars[count] = "{count} avatar" | "{count} avatars";
    privileged[count] = "{count} privileged account" | "{count} privileged accounts";
    kind_users[count] = "User" | "Users";
    kind_privileged[count] = "Of these, with a privileged role" | "Of these, with a privileged role";
    count_change(kind, planned, found) = "{kind}: {planned} → {found}";
    kind_sessions[count] = "Session that ends" | "Sessions that end";
    kind_roles[count] = "Role that is lost" | "Roles that are lost";
    kind_provider_keys[count] = "Provider key that is lost" | "Provider keys that are lost";
    kind_api_keys[count] = "API key that is revoked" | "API keys that are revoked";
    kind_groups[count] = "Group" | "Groups";
    kind_memberships[count] = "Membership that ends" | "Memberships that end";
    kind_ledger_entries[count] = "Ledger entry that is lost" | "Ledger entries that are lost";
    kind_reservations[count] = "Reservation that is given up" | "Reservations that are given up";
    kind_saved_views[count] = "Shared view that is lost" | "Shared views that are lost";
    kind_avatars[count] = "Avatar" | "Avatars";
    kind_reset_links[count] = "Reset link that stops working" | "Reset links that stop working";
    kind_organizations[count] = "Organization" | "Organizations";
    kind_members[count] = "Member who stays on the platform" | "Members who stay on the platform";

    delete_users_final = "The accounts and their sessions are gone for good. Audit events about them stay.";
    delete_users_names = "E-mail addresses become free again; usernames stay reserved for 90 days.";
    delete_users_notice = "These people are signed out at once and cannot sign in any more.";
    delete_own_final = "Your account and all that is yours alone are gone for good. Audit events about you stay.";
    delete_own_signed_out = "You are signed out everywhere at once and cannot sign in any more.";
    suspend_notice = "These people are signed out at once and cannot sign in until they are activated. Everything of theirs is kept.";
    activate_notice = "These people can sign in again with their former password.";
    role_notice = "What these people may do changes with their next request.";
    move_notice = "Administrators of the former organization no longer see these people; those of the new one do.";
    revoke_final = "Ended sessions cannot be resumed; people sign in again.";
    revoke_notice = "People lose what they have not saved in the pages they have open.";
    delete_organization_final = "The organization and its groups are gone for good. Audit events about them stay.";
    delete_organization_moved = "Its members move to the other organization, whose administrators see them then.";
    delete_organization_notice = "Its members stay, without an organization; its administrators lose their reach.";

    delete_group_final = "The group and its ledger are gone for good. Audit events about it stay.";
    delete_group_notice = "Its members stay; what is reserved is given up.";
    delete_groups_final = "The groups and their ledgers are gone for good. Audit events about them stay.";
    delete_groups_notice = "Their members stay; what is reserved is given up.";
    set_allocations_notice = "Under a hard limit, a total below what is used or reserved is refused; the others are set.";
    take_out_notice = "These people lose what their groups gave them.";

    excluded_not_found[count] = "{count} is not there, or is not for you to see" | "{count} are not there, or are not for you to see";
    excluded_own[count] = "{count} is your own account" | "{count} are your own account";
    excluded_privileged[count] = "{count} may be touched by an administrator only" | "{count} may be touched by administrators only";
    excluded_nothing[count] = "{count} is already so" | "{count} are already so";
    excluded_no_organization[count] = "{count} belongs to no organization" | "{count} belong to no organization";

    act_delete_users[count] = "Delete {count} user" | "Delete {count} users";
    act_delete_own_account = "Delete the own account";
    act_suspend_users[count] = "Suspend {count} user" | "Suspend {count} users";
    act_activate_users[count] = "Activate {count} user" | "Activate {count} users";
    act_give_role[count, role] = "Give the role {role} to {count} user" | "Give the role {role} to {count} users";
    act_take_role[count, role] = "Take the role {role} from {count} user" | "Take the role {role} from {count} users";
    act_move_users[count] = "Move {count} user" | "Move {count} users";
    act_revoke_user_sessions[count] = "End the sessions of {count} user" | "End the sessions of {count} users";
    act_revoke_sessions[count] = "End {count} session" | "End {count} sessions";
    act_delete_organization[count] = "Delete an organization" | "Delete an organization, {count} rows";
    act_remove_from_groups[count] = "Take {count} user out of all groups" | "Take {count} users out of all groups";
    act_delete_group[count] = "Delete {count} group" | "Delete {count} groups";
    act_delete_groups[count] = "Delete {count} group" | "Delete {count} groups";
    act_import_users[count] = "Import {count} user" | "Import {count} users";
    act_set_allocations[count] = "Set the allocation of {count} group" | "Set the allocations of {count} groups";

    title_delete_users = "Delete users";
    title_suspend_users = "Suspend users";
    title_activate_users = "Activate users";
    title_give_role(role) = "Give the role {role}";
    title_take_role(role) = "Take the role {role}";
    title_move_users = "Move users to another organization";
    title_take_out = "Remove from all groups";
    title_revoke_sessions = "End sessions";
    done_deleted[count] = "{count} user deleted" | "{count} users deleted";
    done_suspended[count] = "{count} user suspended" | "{count} users suspended";
    done_activated[count] = "{count} user activated" | "{count} users activated";
    done_changed[count] = "{count} user changed" | "{count} users changed";
    done_moved[count] = "{count} user moved" | "{count} users moved";
    done_revoked[count] = "{count} session ended" | "{count} sessions ended";
    done_organization[count] = "Organization deleted" | "Organization deleted";
}
