//! Seats of organizations (S1-EXT-10, S1-UED-18): who takes one, who sets them, and every way to the last one.

use futures::future::join_all;
use quarterdeck_client::ClientError;
use quarterdeck_domain::{
    OrganizationId, Patch, Role, UserId,
    audit::{Action, AuditFilter, ListAuditEvents},
    jobs::{JobState, ListJobRows},
    organizations::{ListOrganizations, Organization, UpdateOrganization},
    plans::{CreatePlan, MembersFate, PlanAction, Selection},
    users::{CreateUser, Seat, UpdateUser, UserStatus},
};
use quarterdeck_testkit::{PASSWORD, Server, TestClient, new_user, on_both};

use crate::organizations::with_admin;

/// Gives the organization so many seats.
async fn provide(admin: &TestClient, id: OrganizationId, seats: u32) -> Result<Organization, ClientError> {
    let update = UpdateOrganization { seats: Some(seats), ..UpdateOrganization::default() };
    admin.update_organization(id, &update, None).await
}

fn member(name: &str, organization: Option<OrganizationId>) -> CreateUser {
    CreateUser { organization_id: organization, password: None, ..new_user(name, &[]) }
}

fn status(status: UserStatus) -> UpdateUser {
    UpdateUser { status: Some(status), ..UpdateUser::default() }
}

fn seat(seat: Seat) -> UpdateUser {
    UpdateUser { seat: Some(seat), ..UpdateUser::default() }
}

fn entering(organization: OrganizationId) -> UpdateUser {
    UpdateUser { organization_id: Patch::Value(organization), ..UpdateUser::default() }
}

async fn used(admin: &TestClient, id: OrganizationId) -> u64 {
    admin.get_organization(id).await.unwrap().seats_used
}

/// A full organization, and who would like a seat: from outside, suspended, and complimentary.
struct Full {
    id: OrganizationId,
    outsider: UserId,
    suspended: UserId,
    complimentary: UserId,
}

async fn full(server: &Server, admin: &TestClient, name: &str) -> Full {
    let (id, _) = with_admin(server, admin, name).await;
    let user = async |suffix: &str, organization| {
        admin.create_user(&member(&format!("{name}.{suffix}"), organization)).await.unwrap().id()
    };
    let full = Full {
        id,
        outsider: user("outsider", None).await,
        suspended: user("suspended", Some(id)).await,
        complimentary: user("complimentary", Some(id)).await,
    };
    admin.update_user(full.suspended, &status(UserStatus::Suspended), None).await.unwrap();
    admin.update_user(full.complimentary, &seat(Seat::Complimentary), None).await.unwrap();
    assert_eq!(provide(admin, id, 1).await.unwrap().seats_used, 1);
    full
}

on_both! {
    /// Active members take seats unless they are complimentary; lists and exports tell the same number.
    async fn counting(server: Server) {
        let admin = server.admin().await;
        let Full { id, suspended, complimentary, .. } = full(&server, &admin, "one").await;
        let get = admin.get_organization(id).await.unwrap();
        assert_eq!((get.member_count, get.active_member_count, get.seats, get.seats_used), (3, 2, 1, 1));
        assert_eq!(admin.list_organizations(&ListOrganizations::default()).await.unwrap().items, [get]);
        let csv = admin.transport().raw("GET", "/api/v1/organizations").header("accept", "text/csv").send().await.unwrap();
        let csv = csv.text().await.unwrap();
        assert!(csv.contains("\"seats\",\"seats_used\"") || csv.contains("seats,seats_used"), "{csv}");
        // What takes no seat may happen in a full organization.
        admin.create_user(&CreateUser { status: UserStatus::Suspended, ..member("later", Some(id)) }).await.unwrap();
        admin.create_user(&CreateUser { seat: Seat::Complimentary, ..member("guest", Some(id)) }).await.unwrap();
        admin.update_user(suspended, &seat(Seat::Complimentary), None).await.unwrap();
        admin.update_user(suspended, &status(UserStatus::Active), None).await.unwrap();
        admin.update_user(complimentary, &status(UserStatus::Suspended), None).await.unwrap();
        assert_eq!(used(&admin, id).await, 1);
        // Seats that are taken away put nobody out, and let nobody in until some are free again.
        assert_eq!(provide(&admin, id, 2).await.unwrap().seats_free(), Some(1));
        admin.create_user(&member("second", Some(id))).await.unwrap();
        assert_eq!(provide(&admin, id, 1).await.unwrap().seats_used, 2);
        assert_eq!(admin.create_user(&member("third", Some(id))).await.unwrap_err().code(), "seats-taken");
        assert_eq!(provide(&admin, id, 0).await.unwrap().seats_free(), None);
        admin.create_user(&member("third", Some(id))).await.unwrap();
        assert_eq!(used(&admin, id).await, 3);
    }

    /// Nobody comes in by any way when all seats are taken, and nothing of the attempt stays.
    async fn every_way_in(server: Server) {
        let admin = server.admin().await;
        let Full { id, outsider, suspended, complimentary } = full(&server, &admin, "one").await;
        let taken = |outcome: Result<_, ClientError>| {
            let refused: Result<(), ClientError> = outcome;
            assert_eq!(refused.unwrap_err().code(), "seats-taken");
        };
        taken(admin.create_user(&member("new", Some(id))).await.map(drop));
        taken(admin.update_user(outsider, &entering(id), None).await.map(drop));
        taken(admin.update_user(suspended, &status(UserStatus::Active), None).await.map(drop));
        taken(admin.update_user(complimentary, &seat(Seat::Licensed), None).await.map(drop));
        let selection = |user: UserId| Selection::ids([user]);
        let acts = [
            PlanAction::MoveUsers { selection: selection(outsider), organization_id: Some(id) },
            PlanAction::SetUserStatus { selection: selection(suspended), status: UserStatus::Active, reason: String::new() },
        ];
        for action in acts {
            let plan = admin.create_plan(&CreatePlan { action }).await.unwrap();
            let job = admin.execute_plan(&plan).await.unwrap();
            assert_eq!((job.state, job.failed), (JobState::Failed, 1));
            let rows = admin.list_job_rows(job.id, &ListJobRows::default()).await.unwrap();
            assert_eq!(rows.items[0].code.as_deref(), Some("seats-taken"));
        }
        let (other, _) = with_admin(&server, &admin, "two").await;
        let action = PlanAction::DeleteOrganization { organization_id: other, members: MembersFate::Move, move_to: Some(id) };
        taken(admin.create_plan(&CreatePlan { action }).await.map(drop));
        assert_eq!(used(&admin, id).await, 1);
        assert_eq!(admin.get_user(outsider).await.unwrap().summary.organization_id, None);
        // Whoever leaves, or is suspended, frees one.
        let filter = AuditFilter { action: Some(Action::UserActivated), ..AuditFilter::default() };
        let events = admin.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap();
        assert_eq!(events.total, 0);
        provide(&admin, id, 2).await.unwrap();
        admin.update_user(suspended, &status(UserStatus::Active), None).await.unwrap();
        admin.update_user(suspended, &status(UserStatus::Suspended), None).await.unwrap();
        admin.update_user(outsider, &entering(id), None).await.unwrap();
        assert_eq!(used(&admin, id).await, 2);
    }

    /// Many at once for the last seat, each by another way: one gets it.
    async fn the_last_seat(server: Server) {
        let admin = server.admin().await;
        for round in 0..4 {
            let name = format!("org{round}");
            let Full { id, outsider, suspended, complimentary } = full(&server, &admin, &name).await;
            provide(&admin, id, 2).await.unwrap();
            let creations = join_all((0..6).map(|index| {
                let (admin, body) = (admin.clone(), member(&format!("{name}.new{index}"), Some(id)));
                async move { admin.create_user(&body).await.map(drop) }
            }));
            let changes = join_all(
                [(outsider, entering(id)), (suspended, status(UserStatus::Active)), (complimentary, seat(Seat::Licensed))]
                    .map(|(user, update)| {
                        let admin = admin.clone();
                        async move { admin.update_user(user, &update, None).await.map(drop) }
                    }),
            );
            let (created, changed) = futures::join!(creations, changes);
            let outcomes: Vec<_> = created.into_iter().chain(changed).collect();
            assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
            assert!(outcomes.iter().filter_map(|one| one.as_ref().err()).all(|error| error.code() == "seats-taken"));
            assert_eq!(used(&admin, id).await, 2);
        }
    }

    /// Seats are the platform's to give: administrators of organizations and of billing see them.
    async fn who_sets_them(server: Server) {
        let admin = server.admin().await;
        let (id, owner) = with_admin(&server, &admin, "one").await;
        let (billing, _) = server.signed_in(&admin, "billing", &[Role::BillingAdmin]).await;
        provide(&admin, id, 3).await.unwrap();
        for client in [&owner, &billing] {
            let seen = client.get_organization(id).await.unwrap();
            assert_eq!((seen.seats, seen.seats_used), (3, 1));
            assert_eq!(provide(client, id, 9).await.unwrap_err().code(), "forbidden");
        }
        let guest = owner.create_user(&member("guest", None)).await.unwrap();
        assert_eq!(guest.seat, Seat::Licensed);
        assert_eq!(owner.update_user(guest.id(), &seat(Seat::Complimentary), None).await.unwrap_err().code(), "forbidden");
        let free = CreateUser { seat: Seat::Complimentary, ..member("free", None) };
        assert_eq!(owner.create_user(&free).await.unwrap_err().code(), "forbidden");
        // With other fields at once, nothing is changed.
        let both = UpdateOrganization { seats: Some(9), display_name: Some("Nine".to_owned()), ..UpdateOrganization::default() };
        assert_eq!(owner.update_organization(id, &both, None).await.unwrap_err().code(), "forbidden");
        assert_eq!(admin.get_organization(id).await.unwrap().display_name, "The one");
        let over = provide(&admin, id, 1_000_001).await.unwrap_err();
        assert_eq!(over.problem().unwrap().errors[0].pointer, "/seats");
        // The change is told, and to the organization as well.
        let filter = AuditFilter { action: Some(Action::OrganizationUpdated), ..AuditFilter::default() };
        let told = owner.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap();
        assert_eq!(told.items[0].changes[0].field, "seats");
        let (second, _) = server.sign_in("one.admin", PASSWORD).await.unwrap();
        assert_eq!(second.get_organization(id).await.unwrap().seats, 3);
    }
}
