//! Provider keys (S4-KEY-02..04): stored, changed and deleted by whom they belong to and by administrators, and seen by nobody.

use std::time::Duration;

use quarterdeck_client::ClientError;
use quarterdeck_domain::{
    Permission, Problem, Role,
    audit::{Action, AuditFilter, ListAuditEvents},
    impersonation::StartImpersonation,
    model_services::ModelProvider,
    page::{PageRequest, Sort},
    plans::{CountKind, CreatePlan, MembersFate, Plan, PlanAction, Selection},
    provider_keys::{
        CreateProviderKey, KeyOwner, ListProviderKeys, ProviderKey, ProviderKeyFilter, ProviderKeySort,
        UpdateProviderKey,
    },
    users::CreateUser,
};
use quarterdeck_testkit::{Server, TestClient, new_user, on_both};

use crate::{
    api_keys::{key, made},
    model_services::{of_organization, of_system, provider_key},
    organizations::with_admin,
    step_up::{Kept, step_up},
};

const SECRET: &str = "sk-very-secret-00009f3c";

async fn names(client: &TestClient, filter: ProviderKeyFilter) -> Vec<String> {
    let request = ListProviderKeys { filter, ..ListProviderKeys::default() };
    let mut names: Vec<String> =
        client.list_provider_keys(&request).await.unwrap().items.into_iter().map(|key| key.name).collect();
    names.sort();
    names
}

fn named(name: &str, body: CreateProviderKey) -> CreateProviderKey {
    CreateProviderKey { name: name.to_owned(), ..body }
}

fn rename(name: &str) -> UpdateProviderKey {
    UpdateProviderKey { name: Some(name.to_owned()), ..UpdateProviderKey::default() }
}

fn code<T: std::fmt::Debug>(outcome: Result<T, ClientError>) -> String {
    outcome.unwrap_err().code().to_owned()
}

/// What happens to a key of somebody whom the caller does not see.
async fn assert_hidden(client: &TestClient, key: &ProviderKey) {
    assert_eq!(code(client.get_provider_key(key.id).await), "not-found", "{}", key.name);
    assert_eq!(code(client.update_provider_key(key.id, &rename("mine"), None).await), "not-found", "{}", key.name);
    assert_eq!(code(client.delete_provider_key(key.id).await), "not-found", "{}", key.name);
}

on_both! {
    /// One of each provider; name, secret and switch change; each step is an event; the secret is in no answer, no event, no
    /// line of the log, and not in the database as it is.
    async fn life(server: Server) {
        let admin = server.admin().await;
        let bob = server.signed_in(&admin, "bob", &[]).await.0;
        let stored = bob.create_provider_key(&provider_key(SECRET)).await.unwrap();
        assert_eq!((stored.hint.as_str(), stored.owner, stored.is_active, stored.version), ("…9f3c", KeyOwner::User, true, 1));
        assert_eq!((stored.owner_name.as_str(), stored.use_count), ("bob", 0));
        assert_eq!(code(bob.create_provider_key(&provider_key(SECRET)).await), "provider-key-exists");
        bob.create_provider_key(&CreateProviderKey { provider: ModelProvider::Google, ..provider_key(SECRET) }).await.unwrap();
        admin.create_provider_key(&of_system(SECRET)).await.unwrap();
        assert_eq!(code(admin.create_provider_key(&of_system(SECRET)).await), "provider-key-exists");

        let changed = bob.update_provider_key(stored.id, &rename("second"), Some(1)).await.unwrap();
        assert_eq!((changed.name.as_str(), changed.version), ("second", 2));
        assert_eq!(code(bob.update_provider_key(stored.id, &rename("third"), Some(1)).await), "stale");
        let same = bob.update_provider_key(stored.id, &rename("second"), None).await.unwrap();
        assert_eq!(same.version, 2);
        let other = UpdateProviderKey { secret: Some("sk-another-one-0000abcd".to_owned()), is_active: Some(false), ..UpdateProviderKey::default() };
        let changed = bob.update_provider_key(stored.id, &other, None).await.unwrap();
        assert_eq!((changed.hint.as_str(), changed.is_active), ("…abcd", false));
        bob.delete_provider_key(stored.id).await.unwrap();
        assert_eq!(code(bob.get_provider_key(stored.id).await), "not-found");

        for bad in ["short", "with a space in it", "with\r\nx-header: injected"] {
            let answer = bob.transport().raw("POST", "/api/v1/provider-keys").json(&provider_key(bad)).send().await.unwrap();
            let problem: Problem = answer.json().await.unwrap();
            assert_eq!((problem.status, problem.errors[0].pointer.as_str()), (422, "/secret"), "{bad}");
        }
        let events = admin.list_audit_events(&ListAuditEvents::default()).await.unwrap().items;
        let of = |action| events.iter().filter(|event| event.action == action).count();
        assert_eq!([Action::ProviderKeyCreated, Action::ProviderKeyUpdated, Action::ProviderKeyDeleted].map(of), [3, 2, 1]);
        let told = serde_json::to_string(&events).unwrap();
        assert!(!told.contains("very-secret") && !told.contains("another-one") && told.contains("has_new_secret"));
        let list = admin.transport().raw("GET", "/api/v1/provider-keys").header("accept", "text/csv").send().await.unwrap().text().await.unwrap();
        assert!(list.contains("…9f3c") && !list.contains("very-secret"), "{list}");
        assert!(!server.log().contains("very-secret"));
        for file in std::fs::read_dir(server.data_dir()).unwrap().flatten().filter(|entry| entry.path().is_file()) {
            let bytes = std::fs::read(file.path()).unwrap();
            assert!(!bytes.windows(11).any(|window| window == b"very-secret"), "{:?}", file.path());
        }
    }

    /// A sealed secret opens for its own key only: moved to another one in the database, it is nobody's.
    async fn sealed_to_its_key(server: Server) {
        let admin = server.admin().await;
        let bob = server.signed_in(&admin, "bob", &[]).await.0;
        admin.create_provider_key(&of_system(SECRET)).await.unwrap();
        bob.create_provider_key(&provider_key("sk-of-bob-himself-0001")).await.unwrap();
        server.sql("UPDATE provider_keys SET sealed = (SELECT k.sealed FROM provider_keys k WHERE k.user_id IS NULL) WHERE user_id IS NOT NULL");
        let service = bob.get_model_service(ModelProvider::OpenAi).await.unwrap();
        let standings: Vec<&str> = service.candidates.iter().map(|candidate| candidate.standing.name()).collect();
        assert_eq!(&standings[..3], ["unreadable", "absent", "used"]);
    }

    /// The own ones for everybody, those of the organization for its administrators, all for administrators; and no sign of
    /// others.
    async fn reach(server: Server) {
        let admin = server.admin().await;
        let (one, one_admin) = with_admin(&server, &admin, "one").await;
        let (two, two_admin) = with_admin(&server, &admin, "two").await;
        let ann = admin.create_user(&CreateUser { organization_id: Some(one), ..new_user("ann", &[]) }).await.unwrap();
        let of_ann = server.sign_in("ann", quarterdeck_testkit::PASSWORD).await.unwrap().0;
        let own = of_ann.create_provider_key(&named("of ann", provider_key(SECRET))).await.unwrap();
        let system = admin.create_provider_key(&named("of the platform", of_system(SECRET))).await.unwrap();
        let organization = one_admin.create_provider_key(&named("of one", of_organization(SECRET, one))).await.unwrap();
        two_admin.create_provider_key(&named("of two", of_organization(SECRET, two))).await.unwrap();

        let all = ProviderKeyFilter::default;
        assert_eq!(names(&admin, all()).await, ["of ann", "of one", "of the platform", "of two"]);
        assert_eq!(names(&one_admin, all()).await, ["of ann", "of one"]);
        assert_eq!(names(&two_admin, all()).await, ["of two"]);
        assert_eq!(names(&of_ann, all()).await, ["of ann"]);
        for key in [&own, &organization, &system] {
            assert_hidden(&two_admin, key).await;
        }
        assert_hidden(&of_ann, &organization).await;
        assert_hidden(&of_ann, &system).await;
        assert_hidden(&one_admin, &system).await;
        one_admin.update_provider_key(own.id, &rename("of ann"), None).await.unwrap();

        // Nor can they be stored for somebody else.
        let for_two = of_organization("sk-of-somebody-else-01", two);
        assert_eq!(code(of_ann.create_provider_key(&for_two).await), "not-found");
        assert_eq!(code(one_admin.create_provider_key(&for_two).await), "not-found");
        assert_eq!(code(of_ann.create_provider_key(&of_organization(SECRET, one)).await), "not-found");
        assert_eq!(code(one_admin.create_provider_key(&of_system(SECRET)).await), "forbidden");
        let google = |user_id| CreateProviderKey { provider: ModelProvider::Google, user_id: Some(user_id), ..provider_key(SECRET) };
        assert_eq!(code(two_admin.create_provider_key(&google(ann.id())).await), "not-found");
        let root = admin.get_me().await.unwrap().user.id();
        assert_eq!(code(of_ann.create_provider_key(&google(root)).await), "not-found");
        one_admin.create_provider_key(&google(ann.id())).await.unwrap();
        // An administrator of the platform is nobody's to change but administrators'.
        let boss = CreateUser { organization_id: Some(one), ..new_user("boss", &[Role::Admin]) };
        let boss = admin.create_user(&boss).await.unwrap().id();
        assert_eq!(code(one_admin.create_provider_key(&google(boss)).await), "privileged-account");

        let filter = |filter| names(&admin, filter);
        assert_eq!(filter(ProviderKeyFilter { owner: Some(KeyOwner::System), ..all() }).await, ["of the platform"]);
        assert_eq!(filter(ProviderKeyFilter { organization_id: Some(one), provider: Some(ModelProvider::OpenAi), ..all() }).await, ["of ann", "of one"]);
        assert_eq!(filter(ProviderKeyFilter { user_id: Some(ann.id()), provider: Some(ModelProvider::Google), ..all() }).await, ["research"]);
        assert_eq!(filter(ProviderKeyFilter { q: Some("OF T".to_owned()), ..all() }).await, ["of the platform", "of two"]);
        assert_eq!(filter(ProviderKeyFilter { is_active: Some(false), ..all() }).await, Vec::<String>::new());
        let mut request = ListProviderKeys {
            sort: Some(Sort::descending(ProviderKeySort::LastUsedAt)), page: PageRequest { limit: Some(2), cursor: None }, ..ListProviderKeys::default()
        };
        let first = admin.list_provider_keys(&request).await.unwrap();
        request.page.cursor = first.next_cursor;
        let rest = admin.list_provider_keys(&request).await.unwrap();
        assert_eq!((first.items.len(), first.total, rest.items.len()), (2, 5, 2));

        // With their owners they go.
        let plan = admin.create_plan(&CreatePlan { action: PlanAction::DeleteUsers { selection: Selection::ids([ann.id()]) } }).await.unwrap();
        let of = |plan: &Plan| plan.counts.iter().find(|count| count.kind == CountKind::ProviderKey).map(|count| count.count);
        assert_eq!(of(&plan), Some(2));
        admin.delete_user(ann.id(), plan.id).await.unwrap();
        let plan = admin.create_plan(&CreatePlan { action: PlanAction::DeleteOrganization { organization_id: one, members: MembersFate::Move, move_to: None } }).await.unwrap();
        assert_eq!(of(&plan), Some(1));
        assert_eq!(code(admin.get_provider_key(own.id).await), "not-found");
    }

    /// No way in for API keys, for those who act as somebody else, and for a password that was given long ago.
    async fn attacks(server: Server) {
        let mut admin = Kept::sign_in(&server, "root").await;
        let (bob, user) = server.signed_in(&admin.client, "bob", &[]).await;
        let stored = bob.create_provider_key(&provider_key(SECRET)).await.unwrap();

        let everything: Vec<Permission> = Permission::ALL.iter().copied().filter(|one| one.is_for_keys()).collect();
        let (script, _) = made(&server, &admin.client, &key("everything", &everything)).await;
        script.get_provider_key(stored.id).await.unwrap();
        assert_eq!(code(script.create_provider_key(&of_system(SECRET)).await), "forbidden");
        assert_eq!(code(script.update_provider_key(stored.id, &rename("mine"), None).await), "forbidden");
        assert_eq!(code(script.delete_provider_key(stored.id).await), "forbidden");

        let deputy = StartImpersonation { reason: "to help".to_owned(), may_write: true, ttl_seconds: 3_600 };
        let started = admin.client.start_impersonation(user.id(), &deputy).await.unwrap();
        let acting = server.anonymous();
        acting.transport().set_token(Some(started.tokens.access_token));
        assert_eq!(code(acting.list_provider_keys(&ListProviderKeys::default()).await), "impersonated");
        assert_eq!(code(acting.create_provider_key(&provider_key(SECRET)).await), "impersonated");
        assert_eq!(code(acting.update_provider_key(stored.id, &rename("mine"), None).await), "impersonated");
        assert_eq!(code(acting.delete_provider_key(stored.id).await), "impersonated");
        assert_eq!(code(acting.list_model_services().await), "impersonated");
        let answer = acting.transport().raw("GET", "/api/v1/model-services/openai/v1/models").send().await.unwrap();
        assert_eq!(answer.json::<Problem>().await.unwrap().code, "impersonated");

        admin.advance(&server, Duration::from_secs(15 * 60)).await;
        let root = &admin.client;
        assert_eq!(code(root.create_provider_key(&of_system(SECRET)).await), "step-up-required");
        assert_eq!(code(root.update_provider_key(stored.id, &rename("mine"), None).await), "step-up-required");
        assert_eq!(code(root.delete_provider_key(stored.id).await), "step-up-required");
        let aimed = quarterdeck_domain::settings::UpdateSetting { value: "https://evil.example".into(), reason: String::new() };
        assert_eq!(code(root.update_setting("model_services.openai_url", &aimed, None).await), "step-up-required");
        step_up(root, quarterdeck_testkit::PASSWORD).await.unwrap();
        root.delete_provider_key(stored.id).await.unwrap();
        let filter = AuditFilter { action: Some(Action::ProviderKeyDeleted), ..AuditFilter::default() };
        assert_eq!(root.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap().total, 1);
    }

    /// Demonstration data has keys of all kinds of owners, used and unused; a second load adds those of its people alone.
    async fn demonstration(server: Server) {
        server.command(&["demo", "--users", "60"], "");
        let admin = server.admin().await;
        let counts = async || {
            let mut counts = Vec::new();
            for owner in KeyOwner::ALL {
                let filter = ProviderKeyFilter { owner: Some(*owner), ..ProviderKeyFilter::default() };
                counts.push(names(&admin, filter).await.len());
            }
            counts
        };
        assert_eq!(counts().await, [4, 6, 2]);
        let keys = admin.list_provider_keys(&ListProviderKeys::default()).await.unwrap().items;
        assert!(keys.iter().any(|key| key.use_count > 0 && key.last_used_at.is_some_and(|at| at > key.created_at)));
        server.command(&["demo", "--users", "1"], "");
        assert_eq!(counts().await, [5, 6, 2]);
    }
}
