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
    delete_words = "Removes the organization for good. Its members stay, without an organization.";
}
