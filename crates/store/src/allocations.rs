//! Ledgers of allocations: entries that are only added, the sums beside them, and reservations.

use quarterdeck_domain::{
    AllocationEntryId, Amount, Error, Grant, GroupId, Page, ReservationId, Result, Timestamp,
    allocations::{
        AllocationEntry, Balance, DEFAULT_ENTRY_SORT, DEFAULT_RESERVATION_SORT, EntryKind, LimitKind,
        ListAllocationEntries, ListReservations, Movement, Reservation, ReservationState,
    },
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::{
    conn::Conn,
    cursor::{KeyValue, Keyset},
    sql::Sql,
    users::time_or_never,
};

/// The tables of allocations.
pub struct Allocations<'a> {
    conn: Conn<'a>,
}

/// The sums of a group's ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredBalance {
    /// The sums.
    pub balance: Balance,
    /// Whether it may be overdrawn.
    pub limit: LimitKind,
    /// Number of the last change.
    pub version: u32,
}

/// What was used lately.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecentUse {
    /// How much.
    pub used: Amount,
    /// The first of it.
    pub since: Timestamp,
}

#[derive(FromQueryResult)]
struct BalanceRow {
    total: i64,
    reserved: i64,
    used: i64,
    limit_kind: String,
    allocation_version: i64,
}

#[derive(FromQueryResult)]
struct UseRow {
    used: i64,
    since: i64,
}

#[derive(FromQueryResult)]
struct EntryRow {
    id: Uuid,
    group_id: Uuid,
    kind: String,
    total_change: i64,
    reserved_change: i64,
    used_change: i64,
    reservation_id: Option<Uuid>,
    note: String,
    created_at: i64,
}

impl TryFrom<EntryRow> for AllocationEntry {
    type Error = Error;

    fn try_from(row: EntryRow) -> Result<Self> {
        Ok(Self {
            id: AllocationEntryId(row.id),
            group_id: GroupId(row.group_id),
            created_at: Timestamp::from_micros(row.created_at),
            kind: row.kind.parse().map_err(Error::internal)?,
            total_change: Amount::from_parts(row.total_change),
            reserved_change: Amount::from_parts(row.reserved_change),
            used_change: Amount::from_parts(row.used_change),
            reservation_id: row.reservation_id.map(ReservationId),
            note: row.note,
        })
    }
}

#[derive(FromQueryResult)]
struct ReservationRow {
    id: Uuid,
    group_id: Uuid,
    amount: i64,
    state: String,
    used: i64,
    note: String,
    created_at: i64,
    expires_at: i64,
    ended_at: i64,
}

impl TryFrom<ReservationRow> for Reservation {
    type Error = Error;

    fn try_from(row: ReservationRow) -> Result<Self> {
        let state: ReservationState = row.state.parse().map_err(Error::internal)?;
        Ok(Self {
            id: ReservationId(row.id),
            group_id: GroupId(row.group_id),
            amount: Amount::from_parts(row.amount),
            state,
            used: (state == ReservationState::Settled).then(|| Amount::from_parts(row.used)),
            note: row.note,
            created_at: Timestamp::from_micros(row.created_at),
            expires_at: Timestamp::from_micros(row.expires_at),
            ended_at: time_or_never(row.ended_at),
        })
    }
}

const ENTRIES: &str = "SELECT e.id, e.group_id, e.kind, e.total_change, e.reserved_change, e.used_change, e.reservation_id, \
    e.note, e.created_at FROM allocation_entries e WHERE e.group_id = ";
const RESERVATION: &str = "SELECT r.id, r.group_id, r.amount, r.state, r.used, r.note, r.created_at, r.expires_at, r.ended_at \
    FROM reservations r WHERE ";

impl<'a> Allocations<'a> {
    pub(crate) const fn new(conn: Conn<'a>) -> Self {
        Self { conn }
    }

    /// The sums of a group's ledger.
    ///
    /// # Errors
    /// `NotFound` when there is no such group.
    pub async fn balance(&self, group: GroupId) -> Result<StoredBalance> {
        let sql = Sql::new("SELECT total, reserved, used, limit_kind, allocation_version FROM groups WHERE id = ");
        let row = self.conn.one::<BalanceRow>(sql.bind(group.0)).await?.ok_or(Error::NotFound("group"))?;
        let amount = Amount::from_parts;
        Ok(StoredBalance {
            balance: Balance { total: amount(row.total), reserved: amount(row.reserved), used: amount(row.used) },
            limit: row.limit_kind.parse().map_err(Error::internal)?,
            version: u32::try_from(row.allocation_version).unwrap_or(u32::MAX),
        })
    }

    /// Stores the sums and the limit of a group that is locked.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn save(&self, group: GroupId, balance: Balance, limit: LimitKind) -> Result<()> {
        // Overdrawn without a total is more than any share.
        let nothing = if balance.used.is_positive() { Amount::MAX.parts() } else { -1 };
        let sql = Sql::new("UPDATE groups SET total = ")
            .bind(balance.total.parts())
            .push(", reserved = ")
            .bind(balance.reserved.parts())
            .push(", used = ")
            .bind(balance.used.parts())
            .push(", percent = ")
            .bind(balance.percent().map_or(nothing, Amount::parts))
            .push(", limit_kind = ")
            .bind(limit.name())
            .push(", allocation_version = allocation_version + 1 WHERE id = ")
            .bind(group.0);
        self.conn.execute(sql).await.map(drop)
    }

    /// Adds an entry.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn insert_entry(&self, entry: &AllocationEntry) -> Result<()> {
        let sql = Sql::new(
            "INSERT INTO allocation_entries (id, group_id, kind, note, total_change, reserved_change, used_change, created_at, \
             reservation_id) VALUES (",
        )
        .bind_all([entry.id.0, entry.group_id.0])
        .push(", ")
        .bind_all([entry.kind.name(), entry.note.as_str()])
        .push(", ")
        .bind_all([
            entry.total_change.parts(),
            entry.reserved_change.parts(),
            entry.used_change.parts(),
            entry.created_at.micros(),
        ])
        .push(", ")
        .bind(entry.reservation_id.map(|id| id.0))
        .push(")");
        self.conn.execute(sql).await.map(drop)
    }

    /// The sums of the entries themselves, for proof.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn sums(&self, group: GroupId) -> Result<Balance> {
        #[derive(FromQueryResult)]
        struct Row {
            total: i64,
            reserved: i64,
            used: i64,
        }
        let sql = Sql::new(
            "SELECT CAST(coalesce(sum(total_change), 0) AS BIGINT) AS total, CAST(coalesce(sum(reserved_change), 0) AS BIGINT) AS reserved, \
             CAST(coalesce(sum(used_change), 0) AS BIGINT) AS used FROM allocation_entries WHERE group_id = ",
        );
        let row = self.conn.one::<Row>(sql.bind(group.0)).await?;
        let amount = Amount::from_parts;
        Ok(row.map_or_else(Balance::default, |row| Balance {
            total: amount(row.total),
            reserved: amount(row.reserved),
            used: amount(row.used),
        }))
    }

    /// What was used since `since`, if anything was.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn used_since(&self, group: GroupId, since: Timestamp) -> Result<Option<RecentUse>> {
        let sql = Sql::new(
            "SELECT CAST(sum(used_change) AS BIGINT) AS used, min(created_at) AS since FROM allocation_entries WHERE used_change <> 0 AND group_id = ",
        );
        let sql = sql.bind(group.0).push(" AND created_at > ").bind(since.micros()).push(" HAVING count(*) > 0");
        let row = self.conn.one::<UseRow>(sql).await?;
        Ok(row.map(|row| RecentUse { used: Amount::from_parts(row.used), since: Timestamp::from_micros(row.since) }))
    }

    /// A page of the entries of a group, which `grant` reaches.
    ///
    /// # Errors
    /// `Invalid` or `Malformed` for a request that is none.
    pub async fn entries(
        &self,
        group: GroupId,
        grant: &Grant,
        request: &ListAllocationEntries,
    ) -> Result<Page<AllocationEntry>> {
        let sort = request.sort.unwrap_or(DEFAULT_ENTRY_SORT);
        let keyset = Keyset::read(self.conn.database, grant, request, &sort, ("e.created_at", "e.id"))?;
        let filter = &request.filter;
        let conditions = |sql: Sql| {
            sql.bind(group.0)
                .and_some("e.kind = ", filter.kind.map(EntryKind::name))
                .and_some("e.reservation_id = ", filter.reservation_id.map(|id| id.0))
                .and_some("e.created_at >= ", filter.after.map(Timestamp::micros))
                .and_some("e.created_at < ", filter.before.map(Timestamp::micros))
        };
        let rows = self.conn.all(keyset.push(conditions(Sql::new(ENTRIES)))).await?;
        let count = Sql::new("SELECT count(*) FROM allocation_entries e WHERE e.group_id = ");
        let total = self.conn.number(conditions(count)).await?.unsigned_abs();
        let position = |row: &EntryRow| (KeyValue::Number(row.created_at), row.id);
        keyset.page(self.conn.database, rows, (total, true), position, AllocationEntry::try_from)
    }

    /// A page of the reservations of a group, which `grant` reaches.
    ///
    /// # Errors
    /// `Invalid` or `Malformed` for a request that is none.
    pub async fn reservations(
        &self,
        group: GroupId,
        grant: &Grant,
        request: &ListReservations,
    ) -> Result<Page<Reservation>> {
        let sort = request.sort.unwrap_or(DEFAULT_RESERVATION_SORT);
        let keyset = Keyset::read(self.conn.database, grant, request, &sort, ("r.created_at", "r.id"))?;
        let conditions = |sql: Sql| {
            let sql = sql.push("r.group_id = ").bind(group.0);
            sql.and_some("r.state = ", request.filter.state.map(ReservationState::name))
        };
        let rows = self.conn.all(keyset.push(conditions(Sql::new(RESERVATION)))).await?;
        let count = Sql::new("SELECT count(*) FROM reservations r WHERE ");
        let total = self.conn.number(conditions(count)).await?.unsigned_abs();
        let position = |row: &ReservationRow| (KeyValue::Number(row.created_at), row.id);
        keyset.page(self.conn.database, rows, (total, true), position, Reservation::try_from)
    }

    /// The reservation.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn reservation(&self, id: ReservationId) -> Result<Reservation> {
        let sql = Sql::new(RESERVATION).push("r.id = ").bind(id.0);
        self.conn.one::<ReservationRow>(sql).await?.ok_or(Error::NotFound("reservation"))?.try_into()
    }

    /// Open reservations that have run out, the first first: of one group, or of any.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn run_out(&self, group: Option<GroupId>, now: Timestamp, most: u32) -> Result<Vec<Reservation>> {
        let sql = Sql::new(RESERVATION).push("r.state = 'open' AND r.expires_at <= ").bind(now.micros());
        let sql = sql.and_some("r.group_id = ", group.map(|id| id.0)).push(" ORDER BY r.expires_at, r.id");
        let rows = self.conn.all::<ReservationRow>(sql.limit(i64::from(most))).await?;
        rows.into_iter().map(Reservation::try_from).collect()
    }

    /// Stores a new reservation.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn insert_reservation(&self, reservation: &Reservation) -> Result<()> {
        let sql =
            Sql::new("INSERT INTO reservations (id, group_id, state, note, amount, created_at, expires_at) VALUES (")
                .bind_all([reservation.id.0, reservation.group_id.0])
                .push(", ")
                .bind_all([reservation.state.name(), reservation.note.as_str()])
                .push(", ")
                .bind_all([
                    reservation.amount.parts(),
                    reservation.created_at.micros(),
                    reservation.expires_at.micros(),
                ])
                .push(")");
        self.conn.execute(sql).await.map(drop)
    }

    /// Stores what became of a reservation whose group is locked, and gives it as it is then.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn end_reservation(
        &self,
        reservation: Reservation,
        state: ReservationState,
        movement: &Movement,
        now: Timestamp,
    ) -> Result<Reservation> {
        let sql = Sql::new("UPDATE reservations SET state = ")
            .bind(state.name())
            .push(", used = ")
            .bind(movement.used.parts())
            .push(", ended_at = ")
            .bind(now.micros())
            .push(" WHERE id = ")
            .bind(reservation.id.0);
        self.conn.execute(sql).await?;
        let used = (state == ReservationState::Settled).then_some(movement.used);
        Ok(Reservation { state, used, ended_at: Some(now), ..reservation })
    }
}
