// Acts on many rows: the selection bar, the plan with exact numbers, the job, its outcomes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { axe, consoleForTests, downloaded, forGood, shot, until } from "../lib/browser.mjs";
import { admin } from "../lib/server.mjs";

const { page, api, open, server } = await consoleForTests({ demo: 1_200 });

const bar = () => page.getByRole("region", { name: "Actions" });
const dialog = () => page.getByRole("dialog");
const total = async (query) => (await api("GET", `/users?limit=1&${query}`)).total;

const typeToConfirm = (words) => dialog().getByLabel(`Type “${words}” to confirm`).fill(words);

async function selectPage() {
  await page.locator("tbody tr[data-row]").first().waitFor();
  await page.getByLabel("Select the rows of this page").check();
}

/** A few rows are done at once; the button carries verb and number. */
test("suspends the selected rows", async () => {
  await open("/users?status=active&role=user");
  for (const row of [0, 1, 2]) await page.locator(`tr[data-row="${row}"] input[type=checkbox]`).click();
  await bar().getByText("3 selected").waitFor();
  await axe(page, "selection-bar");
  await shot(page, "selection-bar");
  await bar().getByRole("button", { name: "Suspend…" }).click();
  await dialog().getByRole("button", { name: "Suspend 3 users" }).waitFor();
  await axe(page, "plan-suspend");
  await shot(page, "plan-suspend");
  await dialog().getByLabel("Reason").fill("term ended");
  await dialog().getByRole("button", { name: "Suspend 3 users" }).click();
  await page.locator(".toast", { hasText: "3 users suspended" }).waitFor();
  const { items } = await api("GET", "/audit-events?action=user.suspended&limit=3");
  assert.deepEqual(items.map((event) => event.reason), Array(3).fill("term ended"));
});

/** S4-DEL-01: the name is typed; a set that changed meanwhile is shown anew, and nothing was done. */
test("a plan whose set has changed shows the difference and asks again", async () => {
  for (const name of ["wren", "wick"]) await api("POST", "/users", { username: `${name}.old`, display_name: `Plan ${name}` });
  await open("/users?q=.old");
  await selectPage();
  const offer = bar().getByRole("button", { name: /^Select all/ });
  assert.equal(await offer.count(), 0, "the page is all there is");
  await bar().getByRole("button", { name: "Clear the selection" }).click();

  await open("/users?q=.old&status=active");
  await selectPage();
  await bar().getByRole("button", { name: "Delete…" }).click();
  await forGood(page);
  await dialog().getByRole("button", { name: /^Delete 2 users, 2 roles$/ }).waitFor();
  await shot(page, "plan-delete");
  await axe(page, "plan-delete");
  const wick = (await api("GET", "/users?q=wick.old")).items[0];
  const plan = await api("POST", "/plans", { action: { kind: "delete_users", selection: { ids: [wick.id] } } });
  await api("POST", `/plans/${plan.id}/execution`);

  await typeToConfirm("delete 2 users");
  await dialog().getByRole("button", { name: /^Delete 2 users, 2 roles$/ }).click();
  await dialog().getByText("The set has changed since it was counted").waitFor();
  await dialog().getByRole("button", { name: /^Delete 1 user, 1 role$/ }).waitFor();
  await axe(page, "plan-changed");
  await shot(page, "plan-changed");
  assert.equal(await total("q=wren.old"), 1, "nothing was done");
  await typeToConfirm("wren.old");
  await dialog().getByRole("button", { name: /^Delete 1 user, 1 role$/ }).click();
  await until("both are gone", async () => (await total("q=.old")) === 0);
});

/** What goes with the rows belongs to what was agreed to, when it cannot be undone. */
test("a plan whose counts have changed shows what they were and are", async () => {
  const user = await api("POST", "/users", { username: "kestrel.old", display_name: "Kes", password: admin.password });
  await open(`/users/${user.id}`);
  await page.getByRole("button", { name: "Delete…" }).click();
  await forGood(page);
  await typeToConfirm("kestrel.old");
  await server.signIn("kestrel.old", admin.password);
  await dialog().getByRole("button", { name: /^Delete 1 user, 1 role$/ }).click();
  await dialog().getByText("Session that ends: 0 → 1").waitFor();
  await axe(page, "plan-counts-changed");
  await shot(page, "plan-counts-changed");
  const confirm = dialog().getByRole("button", { name: /^Delete 1 user, 1 session, 1 role$/ });
  assert.ok(await confirm.isDisabled(), "the name is typed again");
  assert.equal(await total("q=kestrel.old"), 1, "nothing was done");
  await typeToConfirm("kestrel.old");
  await confirm.click();
  await page.waitForURL(/\/users$/);
  assert.equal(await total("q=kestrel.old"), 0);
});

/** Accounts with a privileged role are told apart, and counted once by the verb. */
test("a plan names the privileged accounts in it", async () => {
  const guide = { username: "guide", display_name: "Guide", roles: ["advocate"] };
  const { id } = await api("POST", "/users", guide);
  await open(`/users/${id}`);
  await page.getByRole("button", { name: "Delete…" }).click();
  await forGood(page);
  await dialog().getByText("Of these, with a privileged role").waitFor();
  await dialog().getByRole("button", { name: /^Delete 1 user, 1 role$/ }).waitFor();
  await dialog().getByRole("button", { name: "Cancel" }).click();
});

/** S1-UED-07: an act that asks a question first tells its end all the same. */
test("moves the selected rows to an organization", async () => {
  const target = await api("POST", "/organizations", { name: "kiln", display_name: "Kiln Works", kind: "company" });
  await open("/users?status=active&role=user");
  for (const row of [0, 1]) await page.locator(`tr[data-row="${row}"] input[type=checkbox]`).click();
  await bar().getByRole("button", { name: "Move…" }).click();
  await dialog().getByRole("button", { name: "Organization: No organization" }).click();
  await page.locator(":popover-open").getByLabel("Search…").fill("kiln");
  await page.locator(":popover-open").getByRole("button", { name: "Kiln Works" }).click();
  await shot(page, "move-dialog");
  await dialog().getByRole("button", { name: "Show what would happen" }).click();
  await dialog().getByRole("button", { name: "Move 2 users" }).click();
  await page.locator(".toast", { hasText: "2 users moved" }).waitFor();
  await until("the selection is gone", async () => (await bar().count()) === 0);
  assert.equal(await total(`organization_id=${target.id}`), 2);
});

/** S1-GRP-06: a group is found by typing; the plan tells who is in it already, and whom it does not take. */
test("adds the selected rows to a group", async () => {
  const organization_id = (await api("POST", "/organizations", { name: "loom", display_name: "Loom Works", kind: "company" })).id;
  const weavers = await api("POST", "/groups", { name: "weavers", display_name: "Weavers", organization_id });
  for (const [name, place] of [["warp", organization_id], ["weft", organization_id], ["heddle", organization_id], ["guest", null]]) {
    await api("POST", "/users", { username: `${name}.loom`, display_name: `Loom ${name}`, organization_id: place });
  }
  await api("POST", `/groups/${weavers.id}/members`, { username: "heddle.loom" });
  const begin = async () => {
    await open("/users?q=.loom");
    await selectPage();
    await bar().getByRole("button", { name: "Add to group…" }).click();
  };
  const choose = async () => {
    await dialog().getByRole("button", { name: "Group: Choose…" }).click();
    await page.locator(":popover-open").getByLabel("Search…").fill("weav");
    await page.locator(":popover-open").getByRole("button", { name: "Weavers" }).click();
  };
  const proceed = () => dialog().getByRole("button", { name: "Show what would happen" }).click();
  const membership = async (name) => (await api("GET", `/groups/${weavers.id}/members?q=${name}.loom`)).items[0]?.standing;

  await begin();
  await axe(page, "add-to-group-bar");
  await proceed();
  await dialog().getByText("must be chosen").waitFor();
  await choose();
  await axe(page, "add-to-group");
  await shot(page, "add-to-group");
  await proceed();
  const confirm = dialog().getByRole("button", { name: "Add 2 users to a group" });
  await confirm.waitFor();
  await dialog().getByRole("heading", { name: "Add users to Weavers · Loom Works" }).waitFor();
  await dialog().getByText("1 is already so heddle.loom").waitFor();
  await dialog().getByText("1 cannot be in this group guest.loom").waitFor();
  await axe(page, "plan-add-to-group");
  await shot(page, "plan-add-to-group");
  await confirm.click();
  await page.locator(".toast", { hasText: "2 users added to the group" }).waitFor();
  await until("the selection is gone", async () => (await bar().count()) === 0);
  assert.equal(await membership("warp"), "member");

  // As managers: those who are in it are made what they were not.
  await begin();
  await choose();
  await dialog().getByLabel("Standing").selectOption("manager");
  await proceed();
  await dialog().getByRole("button", { name: "Add 3 users to a group" }).click();
  await page.locator(".toast", { hasText: "3 users added to the group" }).waitFor();
  assert.equal(await membership("heddle"), "manager");
  const { items } = await api("GET", "/jobs?limit=1");
  await open(`/jobs/${items[0].id}`);
  await page.getByRole("heading", { level: 1, name: "Add 3 users to a group" }).waitFor();
  await page.getByRole("link", { name: "heddle.loom" }).waitFor();
});

/** More than 100 rows become a job, which can be left, watched and cancelled. */
test("an act on all that match becomes a job, and is cancelled", async () => {
  await open("/users?status=active&role=user");
  const matching = await total("status=active&role=user");
  await selectPage();
  await bar().getByRole("button", { name: new RegExp(`^Select all ${matching.toLocaleString("en")} matching`) }).click();
  await bar().getByText(`All ${matching.toLocaleString("en")} matching are selected`).waitFor();
  await shot(page, "selection-all");
  await bar().getByRole("button", { name: "Suspend…" }).click();
  await dialog().getByRole("button", { name: `Suspend ${matching.toLocaleString("en")} users` }).click();
  await dialog().getByText("This runs in the background").waitFor();
  await dialog().getByRole("link", { name: "Open the job" }).click();
  await page.waitForURL(/\/jobs\/[\w-]+$/);
  const name = `Suspend ${matching.toLocaleString("en")} users`;
  await page.getByRole("heading", { level: 1, name }).waitFor();
  await page.getByRole("button", { name: "Cancel the job" }).click();
  await page.getByText("Cancelled", { exact: true }).first().waitFor();
  const { items: [job] } = await api("GET", "/jobs?limit=1");
  assert.equal(job.state, "cancelled");
  assert.ok(job.skipped > 0 && job.succeeded + job.skipped === matching);
  await page.locator(".progress-words").getByText(/^Cancelled: [\d,]+ changed$/).waitFor();
  await page.locator(".progress-words").getByText(/^[\d,]+ not reached$/).waitFor();
  const width = (tone) => page.locator(`.progress-bar [data-tone=${tone}]`).evaluate((part) => part.getBoundingClientRect().width);
  const [done, skipped] = [await width("good"), await width("warn")];
  assert.ok(Math.abs(done / (done + skipped) - job.succeeded / matching) < 0.02, `${done} + ${skipped}`);
  assert.equal(await page.locator(".toast").count(), 0, "a job that went on had no number to tell");
  await axe(page, "job-cancelled");
  await shot(page, "job-cancelled");
  await open("/jobs");
  await page.getByRole("link", { name }).waitFor();
  await shot(page, "jobs");
  await open("/audit?action=plan.executed");
  await page.getByText(`carried out the plan “${name}”`).waitFor();
});

/** Outcomes row by row, as CSV too; the failed ones are tried again. */
test("a job with failures is retried", async () => {
  const second = { username: "second", display_name: "Second Admin", password: admin.password, roles: ["admin"] };
  const { id } = await api("POST", "/users", second);
  const theirs = await server.signIn("second", admin.password);
  const call = (method, path, body) => server.api(method, `/api/v1${path}`, body, theirs);
  const selection = { filter: { status: "active", role: "user" } };
  const plan = await call("POST", "/plans", { action: { kind: "set_user_status", status: "suspended", selection } });
  assert.ok(plan.row_count > 300, `${plan.row_count} rows`);
  const job = await call("POST", `/plans/${plan.id}/execution`);
  await open(`/jobs/${job.id}`);
  await page.getByRole("progressbar").waitFor();
  await shot(page, "job-running");
  // Whoever started it loses the right to it: the rest of the rows fail.
  await api("PATCH", `/users/${id}`, { status: "suspended", status_reason: "test" });
  const retry = page.getByRole("button", { name: "Retry those that failed" });
  await retry.waitFor({ timeout: 30_000 });
  const failed = (await api("GET", `/jobs/${job.id}`)).failed;
  assert.ok(failed > 0);
  await axe(page, "job-failed");
  await shot(page, "job-failed");
  await page.getByRole("link", { name: `Show the ${failed.toLocaleString("en")} that failed` }).click();
  await page.waitForURL(/outcome=failed/);
  await page.getByText(/permission/).first().waitFor();
  await until("only failed rows are shown", async () => (await page.locator("tbody").getByText("Succeeded").count()) === 0);
  await shot(page, "job-rows-failed");
  const csv = await downloaded(page, page.getByRole("button", { name: "Export outcomes" }));
  assert.equal(csv.text.trim().split("\n").length, 1 + plan.row_count);
  assert.match(csv.text, /failed/);

  await retry.click();
  await page.getByRole("link", { name: "Retries an earlier job" }).waitFor();
  const retried = await until("the retry has ended", async () => {
    const { items: [last] } = await api("GET", "/jobs?limit=1");
    return last.retry_of === job.id && last.finished_at && last;
  });
  assert.deepEqual([retried.total, retried.failed], [failed, 0]);
  await page.getByText("Succeeded").first().waitFor();
  await open("/jobs");
  await page.locator("tbody tr[data-row]").first().waitFor();
  await axe(page, "jobs-filled");
  await shot(page, "jobs-filled");
});

/** S2-SES-02: one organization's sessions, and those of all who are no administrators. */
test("ends sessions by scope", async () => {
  const harbour = await api("POST", "/organizations", { name: "harbour", display_name: "Harbour", kind: "other" });
  for (const [username, organization_id] of [["pilot", harbour.id], ["keeper", null]]) {
    await api("POST", "/users", { username, display_name: username, organization_id, password: admin.password });
    await server.signIn(username, admin.password);
  }
  const open_of = async (query) => (await api("GET", `/sessions?limit=1&${query}`)).total;
  const end = async (name, choose = async () => {}) => {
    await open("/sessions");
    await page.getByRole("button", { name: "Sign everyone out…" }).click();
    await dialog().getByLabel(name).check();
    await choose();
    await dialog().getByRole("button", { name: "Show what would happen" }).click();
    await dialog().getByRole("button", { name: /^End \d+ sessions?$/ }).click();
    await dialog().waitFor({ state: "hidden" });
  };
  assert.equal(await open_of(`organization_id=${harbour.id}`), 1);
  await end("One organization", async () => {
    await dialog().getByRole("button", { name: /^Organization/ }).click();
    await page.locator(":popover-open").getByLabel("Search…").fill("harbour");
    await page.locator(":popover-open").getByRole("button", { name: "Harbour", exact: true }).click();
  });
  assert.equal(await open_of(`organization_id=${harbour.id}`), 0);
  assert.equal(await open_of("q=keeper"), 1);
  await end("Everyone who is not an administrator");
  assert.equal(await open_of("q=keeper"), 0);
  assert.ok((await open_of("q=root")) >= 1, "administrators stay signed in");
});

/** S2-SES-01..03: by scope, with the exact number; the own session stays. */
test("signs everyone out but this session", async () => {
  await server.signIn();
  const others = (await api("GET", "/sessions?limit=1")).total - 1;
  await open("/sessions");
  await page.getByRole("button", { name: "Sign everyone out…" }).click();
  await dialog().getByLabel("Everyone, except this session").check();
  await axe(page, "revoke-dialog");
  await shot(page, "revoke-dialog");
  await dialog().getByRole("button", { name: "Show what would happen" }).click();
  const confirm = dialog().getByRole("button", { name: new RegExp(`^End ${others} sessions?$`) });
  await confirm.waitFor();
  await shot(page, "plan-revoke");
  await confirm.click();
  await page.locator(".toast", { hasText: `${others} session` }).waitFor();
  await until("one row is left", async () => (await page.locator("tbody tr[data-row]").count()) === 1);
  await page.getByText("this session").waitFor();
});
