//! Words of the pages before signing in.

use crate::i18n::texts;

texts! {
    sign_in = "Sign in";
    login = "Username or e-mail";
    password = "Password";
    password_again = "Password again";
    remember = "Remember me on this device";
    remember_help = "Stay signed in for longer. Not on a shared computer.";
    login_missing = "type your username or e-mail address";
    password_missing = "type your password";
    forgotten = "Password forgotten? Ask an administrator for a reset link.";
    session_ended = "Your session has ended. Sign in again to go on where you were.";
    setup_needed = "This platform has no administrator yet. Open the set-up link that the server printed when it started.";
    set_up = "Set up the platform";
    set_up_lead = "The first organization and its administrator. Everything can be changed later.";
    set_up_done = "Set-up has been done already. Sign in instead.";
    set_up_no_token = "This page needs the one-time link that the server printed when it started. Look in its output for “set-up”.";
    go_to_sign_in = "Go to sign-in";
    set_up_organization = "Organization";
    set_up_administrator = "Administrator";
    organization_name = "Name";
    organization_short = "Short name";
    display_name = "Full name";
    username = "Username";
    email = "E-mail";
    set_up_verb = "Create organization and administrator";
    choose_password = "Choose a new password";
    choose_password_lead = "Your password has to be changed before you go on.";
    current_password = "Current password";
    new_password = "New password";
    new_password_again = "New password again";
    set_password = "Set password";
    reset_no_token = "This page needs a password reset link. Ask an administrator for one.";
    reset_done = "The password is set, and all sessions of the account have ended.";
    reset_for(name, username) = "For {name} ({username}).";
    reset_expires = "The link stops working";
}
