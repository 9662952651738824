//! Words of the overview.

use crate::i18n::texts;

texts! {
    welcome(name) = "Hello {name}";
    welcome_words = "Your roles open no administration page. Your own profile and sessions are in the menu at the top right.";
    active[count] = "{count} active" | "{count} active";
    suspended = "Suspended users";
    administrators = "Administrators";
    may_sign_in = "who may sign in";
    open = "open now";
    waiting = "waiting or running";
    recent_changes = "Recent changes";
    recent_sign_ins = "Recent sign-ins";
    no_changes = "Nothing has changed yet.";
    no_sign_ins = "Nobody has signed in yet.";
    show_all = "Show all";
    health = "Health";
    running_since(version) = "Version {version}, started";
}
