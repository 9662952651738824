//! The baseline: a bare handler that reads one row, or 50 rows by an index, or 50 rows by FTS5, over sea-orm.

use actix_web::{App, HttpResponse, HttpServer, get, web};
use anyhow::Result;
use sea_orm::{
    ColumnTrait as _, ConnectOptions, DatabaseConnection, DbBackend, EntityTrait as _, FromQueryResult,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, Statement,
};
use uuid::Uuid;

/// The users of the same file, as an entity.
mod users {
    use sea_orm::entity::prelude::*;
    use serde::Serialize;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize)]
    #[sea_orm(table_name = "users")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub username: String,
        pub display_name: String,
        pub email: Option<String>,
        pub status: String,
        pub organization_id: Option<Uuid>,
        pub first_name: String,
        pub last_name: String,
        pub language: Option<String>,
        pub time_zone: Option<String>,
        pub country: Option<String>,
        pub last_login_at: i64,
        pub created_at: i64,
        pub updated_at: i64,
        pub version: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

type Answer = actix_web::Result<HttpResponse>;

fn failed(error: sea_orm::DbErr) -> actix_web::Error {
    actix_web::error::ErrorInternalServerError(error)
}

#[get("/users/{id}")]
async fn one(db: web::Data<DatabaseConnection>, id: web::Path<Uuid>) -> Answer {
    let row = users::Entity::find_by_id(id.into_inner()).one(db.get_ref()).await.map_err(failed)?;
    Ok(HttpResponse::Ok().json(row))
}

#[get("/users")]
async fn list(db: web::Data<DatabaseConnection>) -> Answer {
    let rows = users::Entity::find().order_by_desc(users::Column::CreatedAt).order_by_desc(users::Column::Id).limit(50);
    Ok(HttpResponse::Ok().json(rows.all(db.get_ref()).await.map_err(failed)?))
}

#[get("/organizations/{id}/users")]
async fn members(db: web::Data<DatabaseConnection>, id: web::Path<Uuid>) -> Answer {
    let rows = users::Entity::find().filter(users::Column::OrganizationId.eq(id.into_inner()));
    let rows = rows.order_by_desc(users::Column::CreatedAt).order_by_desc(users::Column::Id).limit(50);
    Ok(HttpResponse::Ok().json(rows.all(db.get_ref()).await.map_err(failed)?))
}

#[get("/search/{q}")]
async fn search(db: web::Data<DatabaseConnection>, q: web::Path<String>) -> Answer {
    let sql = "SELECT u.id, u.username, u.display_name, u.email, u.status, u.organization_id, u.first_name, u.last_name, u.language, \
        u.time_zone, u.country, u.last_login_at, u.created_at, u.updated_at, u.version FROM users_fts f JOIN users u ON u.seq = f.rowid \
        WHERE users_fts MATCH $1 ORDER BY u.created_at DESC, u.id DESC LIMIT 50";
    let statement = Statement::from_sql_and_values(DbBackend::Sqlite, sql, [format!("\"{q}\"").into()]);
    let rows = users::Model::find_by_statement(statement).all(db.get_ref()).await.map_err(failed)?;
    Ok(HttpResponse::Ok().json(rows))
}

/// Serves the SQLite file at `path` on `listen` until it is ended.
pub fn serve(path: &str, listen: &str) -> Result<()> {
    actix_web::rt::System::new().block_on(async {
        let mut options = ConnectOptions::new(format!("sqlite://{path}?mode=rw"));
        options.max_connections(4).sqlx_logging(false);
        let db = web::Data::new(sea_orm::Database::connect(options).await?);
        let app = move || App::new().app_data(db.clone()).service(one).service(list).service(members).service(search);
        Ok(HttpServer::new(app).workers(1).bind(listen)?.run().await?)
    })
}
