//! Words of saved views.

use crate::i18n::texts;

texts! {
    views = "Views";
    views_of(name) = "Views: {name}";
    none = "No view is saved for this table yet. Filter it, then save what you see.";
    not_loaded = "The views could not be loaded. Open this again to try once more.";
    shared(name) = "{name} · shared";
    save_dots = "Save as a view…";
    update(name) = "Save what is shown as “{name}”";
    edit_dots(name) = "Change “{name}”…";
    delete(name) = "Delete “{name}”";
    begin_with(name) = "Open this table with “{name}”";
    begin_plain = "Open this table without a view";
    save_title = "Save a view";
    edit_title = "Change a view";
    save_verb = "Save the view";
    name = "Name";
    who = "Who sees it";
    only_me = "Only you";
    everyone = "Everybody who sees this table";
    everyone_in = "Everybody of your organization who sees this table";
    by_role = "Who holds a role";
    by_role_in = "Who holds a role, of your organization";
    role = "Role";
    with_columns = "Keep the columns as they are shown now";
    what = "The filters and the sort of the table are kept; its rows are read anew each time.";
    saved(name) = "“{name}” is saved";
    deleted(name) = "“{name}” is deleted";
}
