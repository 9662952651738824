//! Words of sessions.

use crate::i18n::texts;

texts! {
    user = "User";
    device = "Device";
    address = "Address";
    client = "Client";
    last_seen = "Last seen";
    began = "Signed in";
    expires = "Expires";
    remembered = "Remembered";
    search = "Filter by user or address";
    this_one = "this session";
    end = "End session";
    end_dots = "End session…";
    end_of(name, device, address) = "End the session of {name} on {device}, {address}";
    end_own_of(device, address) = "End your session on {device}, {address}";
    end_effect = "Whoever uses it is signed out at once and signs in again to go on. This cannot be undone.";
    ended(name, device) = "Session of {name} on {device} ended";
    own_ended(device) = "Your session on {device} ended";
    own_by_signing_out = "This is your own session: sign out instead.";
    open_user = "Open the user";
    all_of_user = "All sessions of the user";
    empty = "Nobody is signed in";
    empty_words = "A session begins with each sign-in and ends by signing out, by time, or here.";
    sign_out_organization = "Sign everyone of your organization out";
    ends = "expires";
    authenticated = "Password given";
    end_many[count] = "End {count} session" | "End {count} sessions";
    end_many_effect = "Whoever uses them is signed out at once and signs in again to go on. This cannot be undone.";
    many_ended[count] = "{count} session ended" | "{count} sessions ended";
    many_failed[count] = "{count} session could not be ended: the reason of the last one is below." | "{count} sessions could not be ended: the reason of the last one is below.";
    own_stays = "Your own session is among them and stays.";
    acted_by(name) = "{name} acts here";
    user_agent = "Program";
    asks(verb) = "{verb}…";
    scope = "Whose sessions end";
    revoke_help = "After an incident, a leak, or a change of rights. People sign in again with their password.";
}
