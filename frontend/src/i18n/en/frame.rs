//! Words of the frame: navigation, bar, palette, session.

use crate::i18n::texts;

texts! {
    main_navigation = "Main";
    rail = "Platform";
    breadcrumb = "Breadcrumb";
    open_navigation = "Open navigation";
    overview = "Overview";
    people = "People";
    users = "Users";
    organizations = "Organizations";
    sessions = "Sessions";
    signals = "Signals";
    audit = "Audit log";
    platform = "Platform";
    settings = "Settings";
    work = "Work";
    jobs = "Jobs";
    profile = "Profile";
    security = "Security";
    account = "Account";
    account_of(name) = "Account of {name}";
    create_user = "Create user";
    create_organization = "Create organization";
    sign_out = "Sign out";
    sign_out_everyone = "Sign everyone out";
    theme = "Theme";
    theme_is(name) = "Theme: {name}";
    light = "Light";
    dark = "Dark";
    system = "System";
    search = "Search…";
    palette = "Search and commands";
    palette_hint = "Search people, organizations, settings, or paste an id";
    palette_pages = "Pages";
    palette_acts = "Actions";
    palette_people = "People";
    palette_organizations = "Organizations";
    palette_settings = "Settings";
    palette_ids = "Ids";
    palette_empty(query) = "Nothing found for “{query}”";
    palette_searching = "Searching…";
    palette_move = "move";
    palette_open = "open";
    palette_close = "close";
    open_user_id = "Open the user with this id";
    open_organization_id = "Open the organization with this id";
    open_job_id = "Open the job with this id";
    audit_of_request = "Audit events of this request";
    not_live = "Reconnecting…";
    not_live_why = "Live changes are interrupted. What you see may be some seconds old.";
    version(version) = "Version {version}";
    api_docs = "API";
    shortcuts = "Keys";
}
