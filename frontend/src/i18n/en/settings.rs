//! Words of settings.

use crate::i18n::texts;

texts! {
    search = "Search settings…";
    changed_only = "Changed only";
    none = "No setting matches";
    none_words = "Search by name, key or value, or show the unchanged ones too.";
    group_platform = "Platform";
    group_banner = "Banner";
    group_password = "Passwords";
    group_session = "Sessions";
    group_api_keys = "API keys";
    group_impersonation = "Acting as somebody else";
    group_model_services = "Model services";
    group_allocations = "Allocations";
    grey = "Grey";
    green = "Green";
    blue = "Blue";
    yellow = "Yellow";
    orange = "Orange";
    red = "Red";
    percent(count) = "{count} %";
    group_limits = "Limits";
    group_operation = "Operation";
    default_is(value) = "Default: {value}";
    fixed_by = "Fixed by";
    changed_by(name) = "Changed by {name}";
    reset = "Back to default";
    reset_dots = "Back to default…";
    reset_of(title) = "Put {title} back to its default";
    history = "History";
    history_of(title) = "History of “{title}”";
    restore = "Return to this";
    restored(title) = "{title} restored";
    in_force = "in force";
    back_to_default(value) = "Default ({value})";
    level_info = "Information";
    level_warning = "Warning";
    level_critical = "Critical";
    characters[count] = "{count} character" | "{count} characters";
    requests_a_minute[count] = "{count} request a minute" | "{count} requests a minute";
    exports[count] = "{count} export" | "{count} exports";
    streams[count] = "{count} stream" | "{count} streams";
    requests[count] = "{count} request" | "{count} requests";
    range(minimum, maximum) = "From {minimum} to {maximum}";
    empty_value = "empty";
    new_secret = "a new secret";
    secret_set = "A secret is set. It is never shown.";
    secret_set_as(fingerprint) = "Set; fingerprint {fingerprint}";
    secret_not_set = "Not set.";
    secret_placeholder = "Type a new secret to replace it";
    save[count] = "Save {count} change" | "Save {count} changes";
    save_title = "Save settings";
    saved[count] = "{count} setting saved" | "{count} settings saved";
    was_reset(title) = "{title} is back at its default";
    reason_help = "Kept in the history and in the audit log.";
}
