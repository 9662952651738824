//! Avatar images of organizations (S0-ORG-01).

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use quarterdeck_domain::{
    OrganizationId, Problem,
    audit::{Action, AuditFilter, ListAuditEvents},
    plans::{CountKind, CreatePlan, PlanAction},
};
use quarterdeck_testkit::{Server, TestClient, on_both};
use serde_json::Value;

use crate::organizations::with_admin;

fn picture(colour: [u8; 3], format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(RgbImage::from_pixel(300, 200, Rgb(colour))).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn png(colour: [u8; 3]) -> Vec<u8> {
    picture(colour, ImageFormat::Png)
}

fn path(id: OrganizationId) -> String {
    format!("/api/v1/organizations/{id}/avatar")
}

/// Status and code of the answer to an image.
async fn put(client: &TestClient, id: OrganizationId, media_type: &str, image: Vec<u8>) -> (u16, String) {
    let request = client.transport().raw("PUT", &path(id)).header("content-type", media_type).body(image);
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let problem = answer.json::<Problem>().await.ok();
    let code = problem.map(|problem| problem.errors.first().map_or(problem.code, |error| error.code.clone()));
    (status, code.unwrap_or_default())
}

async fn get(client: &TestClient, id: OrganizationId, known: &str) -> reqwest::Response {
    client.transport().raw("GET", &path(id)).header("if-none-match", known).send().await.unwrap()
}

on_both! {
    /// It is set, answered with its tag, changed and removed; each time the organization and the audit log tell of it.
    async fn changing(server: Server) {
        let admin = server.admin().await;
        let (id, owner) = with_admin(&server, &admin, "engines").await;
        assert_eq!(get(&owner, id, "").await.status(), 404);
        assert_eq!(owner.get_organization(id).await.unwrap().avatar_digest, None);
        for (number, (media_type, format)) in
            [("image/png", ImageFormat::Png), ("image/jpeg", ImageFormat::Jpeg), ("IMAGE/WEBP; x=y", ImageFormat::WebP)]
                .into_iter()
                .enumerate()
        {
            let image = picture([u8::try_from(number).unwrap() * 90, 0, 0], format);
            assert_eq!(put(&owner, id, media_type, image).await.0, 204, "{media_type}");
            let organization = owner.get_organization(id).await.unwrap();
            assert_eq!(u32::try_from(number).unwrap() + 2, organization.version);
            let tag = format!("\"{}\"", organization.avatar_digest.unwrap());
            let answer = get(&owner, id, "\"another\"").await;
            let headers = answer.headers().clone();
            assert_eq!((headers["etag"].to_str().unwrap(), headers["content-type"].as_bytes()), (tag.as_str(), &b"image/png"[..]));
            assert_eq!((headers["cache-control"].as_bytes(), headers["x-content-type-options"].as_bytes()), (&b"private, no-cache"[..], &b"nosniff"[..]));
            let image = image::load_from_memory_with_format(&answer.bytes().await.unwrap(), ImageFormat::Png).unwrap();
            assert_eq!((image.width(), image.height()), (256, 256));
            let known = get(&owner, id, &tag).await;
            assert_eq!((known.status().as_u16(), known.headers()["etag"].to_str().unwrap()), (304, tag.as_str()));
        }
        owner.delete_organization_avatar(id).await.unwrap();
        owner.delete_organization_avatar(id).await.expect("what is gone can go again");
        assert_eq!(get(&admin, id, "").await.status(), 404);
        let filter = AuditFilter { action: Some(Action::OrganizationUpdated), ..AuditFilter::default() };
        let events = admin.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap().items;
        let changes: Vec<_> = events.iter().rev().map(|event| event.changes[0].clone()).collect();
        assert_eq!((changes.len(), &changes[0].before, &changes[3].after), (4, &Value::Null, &Value::Null));
        assert!(changes.windows(2).all(|pair| pair[0].field == "avatar_digest" && pair[0].after == pair[1].before));
    }

    /// What is no image, or no small one, is refused, and what was there stays.
    async fn refusing(server: Server) {
        let admin = server.admin().await;
        let (id, owner) = with_admin(&server, &admin, "engines").await;
        let good = png([1, 2, 3]);
        put(&owner, id, "image/png", good.clone()).await;
        let before = owner.get_organization(id).await.unwrap();
        let of = |status, code: &str| (status, code.to_owned());
        assert_eq!(put(&owner, id, "text/html", good.clone()).await, of(415, "unsupported-media-type"));
        assert_eq!(put(&owner, id, "image/svg+xml", b"<svg/>".to_vec()).await, of(415, "unsupported-media-type"));
        assert_eq!(put(&owner, id, "image/jpeg", good.clone()).await, of(422, "image-type"));
        assert_eq!(put(&owner, id, "image/png", good[..good.len() / 2].to_vec()).await, of(422, "image-broken"));
        assert_eq!(put(&owner, id, "image/png", Vec::new()).await, of(422, "image-broken"));
        assert_eq!(put(&owner, id, "image/png", vec![0; (1 << 20) + 1]).await, of(413, "body-too-large"));
        let mut wide = Cursor::new(Vec::new());
        DynamicImage::new_luma8(50_000, 1).write_to(&mut wide, ImageFormat::Png).unwrap();
        assert_eq!(put(&owner, id, "image/png", wide.into_inner()).await, of(422, "image-too-large"));
        let guarded = owner.transport().raw("PUT", &path(id)).header("content-type", "image/png");
        assert_eq!(guarded.header("if-match", "\"1\"").body(good.clone()).send().await.unwrap().status(), 400);
        let misspelt = owner.transport().raw("PUT", &format!("{}?size=1", path(id))).header("content-type", "image/png");
        assert_eq!(misspelt.body(good.clone()).send().await.unwrap().status(), 400);
        assert_eq!(put(&owner, id, "image/png", good).await.0, 204);
        assert_eq!(owner.get_organization(id).await.unwrap(), before, "the same image is no change");
    }

    /// Nobody learns of the image, or of another organization by it.
    async fn isolation(server: Server) {
        let admin = server.admin().await;
        let (one, _) = with_admin(&server, &admin, "one").await;
        let (two, other) = with_admin(&server, &admin, "two").await;
        let (member, _) = server.signed_in(&admin, "plain", &[]).await;
        assert_eq!(put(&admin, one, "image/png", png([9, 9, 9])).await.0, 204);
        for stranger in [&other, &member] {
            assert_eq!(get(stranger, one, "").await.status(), 404);
            assert_eq!(put(stranger, one, "image/png", png([1, 1, 1])).await, (404, "not-found".to_owned()));
            assert_eq!(stranger.delete_organization_avatar(one).await.unwrap_err().code(), "not-found");
        }
        assert_eq!(put(&server.anonymous(), two, "image/png", png([1, 1, 1])).await.0, 401);
        assert_eq!(get(&admin, one, "").await.status(), 200);
    }

    /// Many at once: one of the images is there in the end, and each change has its event. With the organization it goes.
    async fn at_once(server: Server) {
        let admin = server.admin().await;
        let (id, owner) = with_admin(&server, &admin, "engines").await;
        let sent = (0..8_u8).map(|number| put(&owner, id, "image/png", png([number * 30, 0, 0])));
        assert!(futures::future::join_all(sent).await.iter().all(|(status, _)| *status == 204));
        let organization = owner.get_organization(id).await.unwrap();
        assert_eq!(organization.version, 9);
        let tag = format!("\"{}\"", organization.avatar_digest.unwrap());
        assert_eq!(get(&owner, id, &tag).await.status(), 304);
        let plan = admin.create_plan(&CreatePlan { action: PlanAction::delete_organization(id) }).await.unwrap();
        assert!(plan.counts.iter().any(|count| (count.kind, count.count) == (CountKind::Avatar, 1)), "{:?}", plan.counts);
        admin.delete_organization(id, plan.id).await.unwrap();
        assert_eq!(get(&admin, id, "").await.status(), 404);
    }
}
