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
    acted_as = "Who acted as you";
    acted_as_words = "Administrators may act as you to help, for a reason. They never see your password. The last 20 are here.";
    acted_as_nobody = "Nobody has acted as you.";
    acts_as_you(name) = "{name} acts as you";
    acted_to_see = "Read only";
    acted_may_write = "Could make changes";
    acted_running = "Running";
    acted_until = "ends at the latest";
    acted_returned = "Ended by them";
    acted_ended_by_you = "Ended by you";
    acted_cut_off = "Ended by an administrator";
    acted_over = "Ended by time or rights";
    delete_account = "Delete your account";
    delete_account_words = "With its sessions and keys, for good. What it counts is shown before.";
    account_deleted = "Your account is deleted";
    end_acting = "End it";
    acting_ended(name) = "{name} acts as you no longer";
}
