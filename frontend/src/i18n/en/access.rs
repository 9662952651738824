//! Words of explained access.

use crate::i18n::texts;

texts! {
    lead = "Asks the rule that enforces access why somebody may, or may not, do something.";
    who = "Who";
    what = "Permission";
    to_which = "To what";
    which = "Which one";
    anything = "Anything at all";
    the_platform = "The platform as a whole";
    a_user = "A user";
    an_organization = "An organization";
    a_job = "A job";
    job_id = "Id of the job";
    explain = "Explain";
    choose_permission = "must be chosen";
    choose_thing = "must be chosen";
    key_of(owner) = "An API key of {owner}";
    key_named(title, owner) = "API key “{title}” of {owner}";
    answer = "Answer";
    allowed(who, permission) = "{who} may: {permission}";
    forbidden(who, permission) = "{who} may not: {permission}";
    hidden(who, permission) = "{who} may not, and does not learn that the thing exists: {permission}";
    signed_out(who) = "No request of {who} gets that far";
    reach_platform = "The permission reaches the whole platform.";
    reach_organization = "The permission reaches one organization, or several.";
    reach_own = "The permission reaches what is one's own.";
    steps = "How it was decided";
    steps_words = "Each rule in the order in which it is asked.";
    decides = "decides";
    passes = "speaks for it";
    fails = "speaks against it";
    silent = "has nothing to say";
    rule_status = "Status of the account";
    rule_scope = "Scopes of the key";
    rule_role = "Role on the platform";
    rule_organization_role = "Role in the organization";
    rule_role_grant = "Granted roles";
    rule_own = "One's own";
    rule_reach = "Reach";
    rule_privileged_account = "Privileged account";
    rule_key_takes_over = "Takeover by a key";
    rule_authentication = "Age of the sign-in";
    change = "The smallest change that turns this around";
    no_change = "none does by itself.";
    activate_user = "activate the user.";
    suspend_user = "suspend the user: nothing less takes the permission away.";
    add_scope = "add the permission to the scopes of the key.";
    remove_scope = "take the permission out of the scopes of the key.";
    give_role(role) = "give the role {role}.";
    take_role(role) = "take the role {role}.";
    revoke_grant = "revoke the granted role.";
    sign_in = "sign in instead of using a key.";
    step_up = "give the password again.";
    why = "Why?";
    explain_of = "Explain access…";
}
