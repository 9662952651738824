// Leavers and the bin (issue 3, item 9): what is deleted can come back; whoever leaves has a receipt of each step.
import assert from "node:assert/strict";
import { test } from "node:test";
import { axe, become, consoleForTests, downloaded, shot, until } from "../lib/browser.mjs";
import { admin } from "../lib/server.mjs";

const { page, base, api, open, server, group, people } = await consoleForTests({}, async ({ api }) => {
  const organization = (name) => api("POST", "/organizations", { name, display_name: name.toUpperCase(), kind: "company" });
  const [home, away] = [await organization("engines"), await organization("mills")];
  const user = (username, more) => api("POST", "/users", { username, password: admin.password, ...more });
  const people = {
    ada: await user("ada.byron", { display_name: "Ada Byron", organization_id: home.id, roles: ["organization_admin"] }),
    bob: await user("bob.kettle", { display_name: "Bob Kettle", organization_id: home.id, email: "bob@example.org" }),
    carol: await user("carol.wick", { display_name: "Carol Wick", organization_id: home.id }),
    dan: await user("dan.marsh", { display_name: "Dan Marsh", organization_id: home.id }),
    far: await user("far.away", { display_name: "Far Away", organization_id: away.id }),
  };
  const group = await api("POST", "/groups", { name: "night-watch", display_name: "Night Watch", organization_id: home.id });
  for (const person of [people.bob, people.dan]) await api("POST", `/groups/${group.id}/members`, { user_id: person.id });
  return { group, people };
});

const dialog = (name) => page.getByRole("dialog", { name });
const row = (name) => page.locator("tbody tr[data-row]", { hasText: name });
const toast = (words) => page.locator(".toast", { hasText: words });
const choose = async (name, verb) => {
  await row(name).getByRole("button", { name: `Actions for ${name}` }).click();
  await page.getByRole("menuitem", { name: verb, exact: true }).click();
};
const groupsOf = async (id) => (await api("GET", `/users/${id}/groups`)).total;
/** Moves to the bin by the API. */
const bin = async (kind, what) => {
  const plan = await api("POST", "/plans", { action: { kind, keep_days: 30, reason: "left the company", ...what } });
  await api("POST", `/plans/${plan.id}/execution`);
};
const binUsers = (...ids) => bin("bin_users", { selection: { ids } });
/** Types what the plan asks for. */
const confirm = async (plan) => {
  const field = plan.getByLabel(/^Type “/);
  const label = await plan.locator("label", { hasText: "to confirm" }).textContent();
  await field.fill(/“(.+)”/.exec(label)[1]);
};

test("an empty bin says what it is for", async () => {
  await open("/bin");
  await page.getByText("The bin is empty").waitFor();
  await axe(page, "bin-empty");
  await shot(page, "bin-empty");
  await open("/departures");
  await page.getByText("Nobody has left yet").waitFor();
  await axe(page, "departures-empty");
});

/** The bin is what a deletion offers first; Undo brings all of it back. */
test("moves a user to the bin and undoes it", async () => {
  await open(`/users/${people.bob.id}`);
  await page.getByRole("button", { name: "Delete…" }).click();
  const question = dialog("Delete Bob Kettle");
  assert.ok(await question.getByLabel("Move to the bin").isChecked());
  await axe(page, "disposal");
  await shot(page, "disposal");
  await question.getByLabel("Days in the bin").fill("91");
  await question.getByRole("button", { name: "Show what would happen" }).click();
  await question.getByText("Must be from 1 to 90 days.").waitFor();
  await question.getByLabel("Days in the bin").fill("14");
  await question.getByLabel("Reason").fill("left the company");
  await question.getByRole("button", { name: "Show what would happen" }).click();
  const plan = dialog("Move Bob Kettle to the bin");
  await plan.getByText("Membership in a group").waitFor();
  assert.equal(await plan.getByRole("textbox").count(), 0, "nothing is typed for what can be undone");
  await axe(page, "plan-bin");
  await shot(page, "plan-bin");
  await plan.getByRole("button", { name: "Move 1 user to the bin" }).click();
  await page.waitForURL(/\/users$/);
  await toast("Bob Kettle moved to the bin").getByRole("link", { name: "Show the bin" }).waitFor();
  await shot(page, "toast-bin");
  assert.equal((await api("GET", "/users?q=bob.kettle")).total, 0);
  const [item] = (await api("GET", "/bin")).items;
  assert.deepEqual([item.id, item.reason], [people.bob.id, "left the company"]);
  assert.equal(Math.round((Date.parse(item.purge_at) - Date.parse(item.deleted_at)) / 86_400_000), 14);
  await toast("Bob Kettle moved to the bin").getByRole("button", { name: "Undo" }).click();
  await toast("Bob Kettle restored").waitFor();
  assert.equal((await api("GET", "/users?q=bob.kettle")).total, 1);
  assert.equal(await groupsOf(people.bob.id), 1, "with the membership");
  assert.equal((await api("GET", "/bin")).total, 0);
});

/** Restored in any order: what hangs on the group waits for the group. */
test("lists what is in the bin and restores it", async () => {
  await binUsers(people.bob.id);
  await bin("bin_groups", { group_ids: [group.id] });
  await open("/bin");
  await row("Night Watch").waitFor();
  await row("Bob Kettle").getByText("left the company").first().waitFor();
  await row("Bob Kettle").getByText(/in 30 days/).first().waitFor();
  await axe(page, "bin");
  await shot(page, "bin");
  await row("Bob Kettle").getByRole("button", { name: "Details of Bob Kettle" }).click();
  await page.locator("dl.facts").getByText(/membership/).waitFor();
  await shot(page, "bin-details");
  await open("/bin?kind=group");
  await until("the groups alone", async () => (await row("Night Watch").count()) === 1 && (await row("Bob Kettle").count()) === 0);
  await open("/bin");
  await choose("Bob Kettle", "Restore…");
  const ask = dialog("Restore Bob Kettle");
  await ask.getByText(/Comes back too: .*membership/).waitFor();
  await axe(page, "restore");
  await shot(page, "restore");
  await ask.getByRole("button", { name: "Restore" }).click();
  await toast("Bob Kettle restored").waitFor();
  await toast(/still in the bin: 1 membership/).waitFor();
  await shot(page, "restored");
  assert.equal(await groupsOf(people.bob.id), 0);
  await choose("Night Watch", "Restore…");
  await dialog("Restore Night Watch").getByRole("button", { name: "Restore" }).click();
  await toast("Night Watch restored").waitFor();
  await until("the row is gone", async () => (await row("Night Watch").count()) === 0);
  assert.equal(await groupsOf(people.bob.id), 1, "both are back, so the membership is");
  await toast("Night Watch restored").getByRole("link", { name: "Open" }).click();
  await page.waitForURL(`${base}/groups/${group.id}`);
});

test("restores a user whose e-mail address somebody else has", async () => {
  await binUsers(people.bob.id);
  const other = await api("POST", "/users", { username: "bob.two", display_name: "Bob Two", email: "bob@example.org" });
  await open("/bin");
  await choose("Bob Kettle", "Restore…");
  const ask = dialog("Restore Bob Kettle");
  await ask.getByRole("button", { name: "Restore" }).click();
  const without = ask.getByLabel("Restore without the e-mail address");
  await without.waitFor();
  await axe(page, "restore-email-taken");
  await shot(page, "restore-email-taken");
  await without.check();
  await ask.getByRole("button", { name: "Restore" }).click();
  await toast("Bob Kettle restored").waitFor();
  assert.equal((await api("GET", `/users/${people.bob.id}`)).email, null);
  assert.equal((await api("GET", `/users/${other.id}`)).email, "bob@example.org");
});

/** What is purged does not come back, so it is typed. */
test("deletes selected rows of the bin for good", async () => {
  const gone = [];
  for (const name of ["gone.one", "gone.two", "gone.three"]) gone.push(await api("POST", "/users", { username: name, display_name: name }));
  await binUsers(...gone.map((user) => user.id));
  await open("/bin?q=gone");
  for (const name of ["gone.one", "gone.two"]) await row(name).getByRole("checkbox").check();
  await page.getByRole("region", { name: "Actions" }).getByRole("button", { name: "Delete for good…" }).click();
  const plan = dialog("Delete for good");
  await plan.getByText("Nothing of it can be restored any more.", { exact: false }).waitFor();
  await axe(page, "plan-purge");
  await shot(page, "plan-purge");
  const verb = plan.getByRole("button", { name: "Delete 2 things in the bin for good" });
  assert.ok(await verb.isDisabled());
  await confirm(plan);
  await verb.click();
  await toast("2 things deleted for good").waitFor();
  await until("one is left", async () => (await api("GET", "/bin?q=gone")).total === 1);
  await choose("gone.three", "Delete for good…");
  const last = dialog("Delete gone.three for good");
  await confirm(last);
  await last.getByRole("button", { name: "Delete 1 thing in the bin for good" }).click();
  await toast("1 thing deleted for good").waitFor();
  assert.equal((await api("GET", "/bin?q=gone")).total, 0);
});

/** Keys are revoked, views and memberships go to somebody else, the data is exported, and the receipt tells each step. */
test("off-boards a user with hand-over and export", async () => {
  const token = await server.signIn("dan.marsh", admin.password);
  await server.api("POST", "/api/v1/saved-views", { table: "own_api_keys", name: "Of Dan", query: {} }, token);
  await open(`/users/${people.dan.id}`);
  await page.getByRole("button", { name: "Off-board…" }).click();
  const form = dialog("Off-board Dan Marsh");
  await form.getByLabel("Reason").fill("left the company");
  await form.getByLabel("Memberships in groups").selectOption("transfer");
  await form.getByRole("button", { name: "Show what would happen" }).click();
  await form.getByText("Must name who takes over.").waitFor();
  assert.equal(await form.getByLabel("Saved views").inputValue(), "keep");
  await form.getByRole("button", { name: /^Hand over to:/ }).click();
  await page.locator(":popover-open").getByLabel("Search…").fill("carol");
  await page.locator(":popover-open").getByRole("button", { name: "Carol Wick", exact: true }).click();
  await until("views go to whoever takes over", async () => (await form.getByLabel("Saved views").inputValue()) === "transfer");
  await form.getByLabel("The account").selectOption("bin");
  await form.getByLabel("Days in the bin").waitFor();
  await form.getByLabel("Export the data first").check();
  await axe(page, "offboard");
  await shot(page, "offboard");
  await form.getByRole("button", { name: "Show what would happen" }).click();
  const plan = dialog("Off-board Dan Marsh");
  await plan.getByText("Whoever takes over has at once what is handed over.").waitFor();
  await axe(page, "plan-offboard");
  await shot(page, "plan-offboard");
  await confirm(plan);
  await plan.getByRole("button", { name: "Off-board 1 user" }).click();
  await page.waitForURL(/\/departures\/[0-9a-f-]{36}$/);
  await page.getByRole("heading", { name: "Dan Marsh" }).waitFor();
  await page.getByText("1 membership handed over").waitFor();
  await page.getByText("1 saved view handed over").waitFor();
  await page.getByText("1 session ended").waitFor();
  await page.getByText("Account moved to the bin").waitFor();
  await page.getByText("Carol Wick").or(page.getByText("carol.wick")).first().waitFor();
  await axe(page, "receipt");
  await shot(page, "receipt");
  const file = await downloaded(page, page.getByRole("button", { name: "Download data" }));
  assert.equal(file.name, "dan.marsh.zip");
  assert.ok(file.text.startsWith("PK"), "a ZIP archive");
  assert.equal(await groupsOf(people.carol.id), 1, "the membership went over");
  await page.getByRole("link", { name: "Show it in the bin" }).click();
  await row("Dan Marsh").waitFor();
  await open("/departures");
  await row("Dan Marsh").getByText("In the bin").first().waitFor();
  await axe(page, "departures");
  await shot(page, "departures");
});

/** Suspended, the user has a page still; the job leads to the receipts. */
test("off-boards several users, who stay suspended", async () => {
  const leavers = [];
  for (const name of ["leaver.one", "leaver.two"]) leavers.push(await api("POST", "/users", { username: name, display_name: name }));
  await open("/users?q=leaver");
  for (const name of ["leaver.one", "leaver.two"]) await row(name).getByRole("checkbox").check();
  await page.getByRole("region", { name: "Actions" }).getByRole("button", { name: "Off-board…" }).click();
  const form = dialog("Off-board users");
  await form.getByRole("button", { name: "Show what would happen" }).click();
  await form.getByText(/do not come back when an account is activated again/).waitFor();
  await confirm(form);
  await form.getByRole("button", { name: "Off-board 2 users" }).click();
  await toast("2 users off-boarded").getByRole("link", { name: "Receipts" }).click();
  await page.waitForURL(/\/departures$/);
  await row("leaver.one").getByRole("link").first().click();
  await page.getByText("Account suspended").waitFor();
  await page.getByRole("link", { name: "Open the user" }).click();
  await page.getByText("Suspended").first().waitFor();
  assert.equal((await api("GET", `/users/${leavers[0].id}`)).status, "suspended");
});

test("saves the data of a user as a file", async () => {
  await open(`/users/${people.carol.id}`);
  const file = await downloaded(page, page.getByRole("button", { name: "Export data" }));
  assert.equal(file.name, "carol.wick.zip");
  assert.ok(file.text.startsWith("PK"), "a ZIP archive");
});

/** Groups go the same way, one or several. */
test("moves groups to the bin", async () => {
  for (const name of ["old-one", "old-two"]) await api("POST", "/groups", { name, display_name: name });
  await open("/groups?q=old-");
  for (const name of ["old-one", "old-two"]) await row(name).getByRole("checkbox").check();
  await page.getByRole("button", { name: "Delete…" }).click();
  await dialog("Delete groups").getByRole("button", { name: "Show what would happen" }).click();
  await dialog("Move groups to the bin").getByRole("button", { name: "Move 2 groups to the bin" }).click();
  await toast("2 groups moved to the bin").getByRole("link", { name: "Show the bin" }).click();
  await page.waitForURL(/\/bin$/);
  await row("old-one").waitFor();
});

/** An organization's administrator has a bin of their own, and no word of another's. */
test("an administrator of an organization sees the own bin only", async () => {
  await binUsers(people.far.id, people.carol.id);
  await become(page, base, "ada.byron");
  await page.getByRole("link", { name: "Bin", exact: true }).click();
  await row("Carol Wick").waitFor();
  assert.equal(await row("Far Away").count(), 0);
  assert.equal(await row("old-one").count(), 0);
  await shot(page, "bin-organization-admin");
  await page.getByRole("link", { name: "Departures", exact: true }).first().click();
  await row("Dan Marsh").waitFor();
  assert.equal(await row("leaver.one").count(), 0);
  await open(`/bin?q=${people.far.id}`);
  await page.getByText("Nothing matches these filters").waitFor();
});
