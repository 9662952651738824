//! Words of the audit log.

use crate::i18n::texts;

texts! {
    what = "What happened";
    when = "When";
    action = "Action";
    outcome = "Outcome";
    actor = "Actor";
    actor_id = "Actor id";
    target = "Target";
    target_kind = "Kind of target";
    target_id = "Target id";
    address = "Address";
    user_agent = "User agent";
    permission = "Permission";
    request = "Request id";
    sequence = "Position in the chain";
    hash = "Hash";
    since = "Since";
    until = "Before";
    somebody = "Somebody";
    the_system = "The platform";
    empty = "No events yet";
    empty_words = "Every change and every sign-in leaves an event here, chained by hash.";

    setup_completed(actor) = "{actor} set up the platform";
    signed_in(target) = "{target} signed in";
    sign_in_failed(target) = "Sign-in as {target} failed";
    signed_out(actor) = "{actor} signed out";
    refresh_replayed(target) = "A refresh token of {target} was used twice; the session ended";
    access_denied(actor, target) = "{actor} was refused {target}";
    created(actor, target) = "{actor} created {target}";
    updated(actor, target) = "{actor} changed {target}";
    suspended(actor, target) = "{actor} suspended {target}";
    activated(actor, target) = "{actor} activated {target}";
    deleted(actor, target) = "{actor} deleted {target}";
    roles_changed(actor, target) = "{actor} changed the roles of {target}";
    moved(actor, target) = "{actor} moved {target} to another organization";
    took_out(actor, target) = "{actor} moved {target} out of this organization";
    password_set(actor, target) = "{actor} set the password of {target}";
    password_changed(actor) = "{actor} changed their own password";
    reset_link_created(actor, target) = "{actor} made a password reset link for {target}";
    password_reset(target) = "{target} chose a password by a reset link";
    unlocked(actor, target) = "{actor} lifted the sign-in delay of {target}";
    session_revoked(actor, target) = "{actor} ended a session of {target}";
    sessions_revoked(actor, target) = "{actor} ended sessions: {target}";
    setting_changed(actor, target) = "{actor} changed the setting {target}";
    setting_reset(actor, target) = "{actor} put the setting {target} back to its default";
    plan_executed(actor, target) = "{actor} carried out a plan: {target}";
    job_cancelled(actor, target) = "{actor} cancelled the job {target}";
    job_retried(actor, target) = "{actor} retried the failed rows of the job {target}";
    keys_replaced(actor, target) = "{actor} gave the lost {target} up for new ones";
    key_rotated(actor, target) = "{actor} put a new key before the former {target}";
    demo_loaded(actor) = "{actor} loaded demonstration data";
}
