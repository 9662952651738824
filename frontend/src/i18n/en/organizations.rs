//! Words of organizations.

use crate::i18n::texts;

texts! {
    name = "Name";
    id = "organization id";
    short_name = "Short name";
    short_name_help = "Unique, as in URLs: 3 to 50 letters, digits, dots, dashes and underscores.";
    kind = "Kind";
    kind_help = "A label, without effect on rights.";
    members = "Members";
    active_members = "Active";
    members_of[count, active] = "{count} member, {active} active" | "{count} members, {active} active";
    show_members = "Show members";
    search = "Filter by name or id";
    empty = "No organizations yet";
    empty_words = "An organization is whom users belong to. Its administrators manage its people and see no others.";
    avatar = "Avatar";
    avatar_help = "PNG, JPEG or WebP, up to 1 MiB. Its middle square is kept.";
    avatar_choose = "Choose image…";
    avatar_file = "Image file";
    avatar_remove = "Remove image";
    avatar_set(name) = "Avatar of {name} set";
    avatar_removed(name) = "Avatar of {name} removed";
    avatar_type = "Choose a PNG, JPEG or WebP image.";
    avatar_too_large = "The image is larger than 1 MiB.";
    tabs = "Parts of the organization";
    delete_title = "Delete this organization";
    delete_words = "Removes the organization for good, with its groups and all roles that were granted on it.";
    tab_provision = "Seats and defaults";
    seats = "Seats";
    seats_taken[count] = "{count} seat taken" | "{count} seats taken";
    seats_of(used, all) = "{used} of {all} seats taken";
    seats_words = "Active members take a seat, unless they are complimentary.";
    seats_number = "Number of seats";
    seats_help = "0 for as many as there are members.";
    seats_over = "More seats are taken than there are. Everybody stays; nobody comes in until some are free.";
    seats_whole = "must be a whole number, 0 for no limit";
    defaults = "New users";
    defaults_words = "What users of this organization begin with, where whoever creates them says nothing else.";
    default_role_help = "A role without power over others.";
    default_must_change = "Ask for a new password at the first sign-in";
    default_must_change_help = "For users who are given a password.";
    members_become[count] = "What becomes of its member" | "What becomes of its {count} members";
    members_move = "Move to another organization";
    members_stay = "Stay without an organization";
    members_delete = "Delete with the organization";
    members_move_to = "Move to";
    members_move_where = "choose where they move to";
    members_move_help = "They keep their accounts and sessions. Its administrators are none of the other one.";
    members_stay_help = "They keep their accounts and sessions, and belong to no organization.";
    members_delete_help = "Their accounts, sessions and API keys are gone for good.";
}
