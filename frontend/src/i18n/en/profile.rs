//! Words of the own account.

use crate::i18n::texts;

texts! {
    rights = "Rights";
    rights_words = "What your roles allow, on some or all things. An administrator gives roles.";
    sessions = "Where you are signed in";
    sessions_words = "End a session that you do not know, then change your password.";
    end_others[count] = "End {count} other session" | "End {count} other sessions";
    keep_sessions = "Keep my other sessions";
    keep_sessions_help = "They end otherwise, so that whoever knows the former password is out. API keys stay.";
    change_password = "Change password";
    password_changed = "Password changed";
}
