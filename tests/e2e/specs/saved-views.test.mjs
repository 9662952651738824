// Saved views (issue 3, item 10): filters, sort and columns of a table under a name, for oneself or for others.
import assert from "node:assert/strict";
import { test } from "node:test";
import { axe, become, consoleForTests, shot, until } from "../lib/browser.mjs";

const { page, base, api, open } = await consoleForTests({}, async ({ api }) => {
  const home = await api("POST", "/organizations", { name: "engines", display_name: "Engines", kind: "company" });
  const user = (username, more) => api("POST", "/users", { username, display_name: username, password: "copper kettle four", ...more });
  await user("ada.byron", { organization_id: home.id, roles: ["organization_admin"] });
  await user("bob.kettle", { organization_id: home.id, roles: ["organization_admin"] });
  await user("carl.away", {});
});

const rows = page.locator("tbody tr[data-row]");
const button = page.getByRole("button", { name: /^Views/ });
const item = (name) => page.getByRole("menuitem", { name });
const dialog = page.getByRole("dialog", { name: /a view$/ });
const settled = () => page.locator(".table-scroll[aria-busy=false]").waitFor();
const toast = (words) => page.locator(".toast", { hasText: words }).waitFor();

async function openViews() {
  await settled();
  await button.click();
  await page.locator(".popover:popover-open [role=menuitem]").first().waitFor();
}

/** Saved from what is shown, chosen by its address: Back leads to what was shown before. */
test("saves a view and shows it again", async () => {
  await open("/users?q=ada&sort=username");
  await openViews();
  await page.getByText("No view is saved for this table yet").waitFor();
  await axe(page, "views-none");
  await item("Save as a view…").click();
  await dialog.getByRole("button", { name: "Save the view" }).click();
  await dialog.getByText("Must not be empty.").waitFor();
  await dialog.getByLabel("Name").fill("Only Ada");
  await axe(page, "view-dialog");
  await shot(page, "view-dialog");
  await dialog.getByRole("button", { name: "Save the view" }).click();
  await toast("“Only Ada” is saved");
  await page.getByRole("button", { name: "Views: Only Ada" }).waitFor();
  await open("/users");
  await settled();
  assert.ok((await rows.count()) > 2);
  await openViews();
  await item("Only Ada").click();
  await until("the filter stands in the address", () => page.url().includes("q=ada") && page.url().includes("sort=username"));
  await until("one row is left", async () => (await rows.count()) === 1);
  await page.goBack();
  await until("all rows are back", async () => (await rows.count()) > 2);
});

/** A filter that the table does not know has no field in the dialog: what refuses it is said all the same. */
test("tells why a view cannot be saved", async () => {
  await open("/users?utm=newsletter");
  await openViews();
  await item("Save as a view…").click();
  await dialog.getByLabel("Name").fill("From the newsletter");
  await dialog.getByRole("button", { name: "Save the view" }).click();
  await dialog.getByText(/utm: /).waitFor();
  await page.keyboard.press("Escape");
});

/** The verbs are about the view that is shown: its filters, its name, its end, and Undo. */
test("changes, renames and deletes a view", async () => {
  await open("/users");
  await openViews();
  await item("Only Ada").click();
  await until("one row", async () => (await rows.count()) === 1);
  await page.locator(".table-search input").fill("bob");
  await until("the address follows", () => page.url().includes("q=bob"));
  await openViews();
  await item("Save what is shown as “Only Ada”").click();
  await toast("“Only Ada” is saved");
  await openViews();
  await item("Change “Only Ada”…").click();
  await dialog.getByLabel("Name").fill("Only Bob");
  await dialog.getByLabel("Keep the columns as they are shown now").check();
  await dialog.getByRole("button", { name: "Save the view" }).click();
  await toast("“Only Bob” is saved");
  const saved = (await api("GET", "/saved-views?table=users")).items[0];
  assert.deepEqual([saved.name, saved.query.q, saved.visibility], ["Only Bob", "bob", "private"]);
  assert.ok(saved.columns.includes("email") && !saved.columns.includes("id"));
  await openViews();
  await shot(page, "views-menu");
  await item("Delete “Only Bob”").click();
  await toast("“Only Bob” is deleted");
  await page.locator(".toast", { hasText: "is deleted" }).getByRole("button", { name: "Undo" }).click();
  await until("it is there again", async () => (await api("GET", "/saved-views?table=users")).total === 1);
});

/** Columns come with the view, and are those of the person again when the page is opened anew. */
test("shows the columns of a view", async () => {
  await api("POST", "/saved-views", { table: "users", name: "Names and ids", query: { status: "active" }, columns: ["name", "id"] });
  await open("/users");
  await openViews();
  await item("Names and ids").click();
  const heads = page.locator("thead th[scope=col]");
  await until("two columns", async () => (await heads.allInnerTexts()).filter((words) => /E-mail|Roles|Last sign-in/.test(words)).length === 0);
  await page.locator("thead").getByText("Id", { exact: true }).waitFor();
  await open("/users");
  await page.locator("thead").getByText("Roles").waitFor();
});

/** A table opens with a view of one's choice, unless the address says what to show. */
test("opens a table with a view", async () => {
  await open("/users");
  await openViews();
  await item("Names and ids").click();
  await page.getByRole("button", { name: "Views: Names and ids" }).waitFor();
  await openViews();
  await item("Open this table with “Names and ids”").click();
  await open("/users");
  await until("it is shown", () => page.url().includes("status=active"));
  await open("/users?q=carl");
  await until("the address wins", async () => (await rows.count()) === 1 && !page.url().includes("status"));
  await open("/users");
  await until("it is shown", () => page.url().includes("status=active"));
  await openViews();
  await item("Open this table without a view").click();
  await open("/users");
  await settled();
  assert.equal(page.url(), `${base}/users`);
});

/** An organization's administrator shares in the own organization: the others of it see the view, nobody else does. */
test("shares a view with the organization", async () => {
  await become(page, base, "ada.byron", "copper kettle four");
  await open("/users?status=active");
  await openViews();
  await item("Save as a view…").click();
  await dialog.getByLabel("Name").fill("Active here");
  await dialog.getByLabel("Who sees it").selectOption({ label: "Everybody of your organization who sees this table" });
  await dialog.getByRole("button", { name: "Save the view" }).click();
  await toast("“Active here” is saved");
  await become(page, base, "bob.kettle", "copper kettle four");
  await open("/users");
  await openViews();
  await item("Active here · shared").click();
  await until("the filter is set", () => page.url().includes("status=active"));
  await openViews();
  await item("Change “Active here”…").click();
  await dialog.getByLabel("Who sees it").selectOption({ label: "Who holds a role, of your organization" });
  await dialog.getByLabel("Role", { exact: true }).selectOption("organization_admin");
  await axe(page, "view-shared");
  await shot(page, "view-shared");
  await dialog.getByRole("button", { name: "Save the view" }).click();
  await toast("“Active here” is saved");
  const offered = (await api("GET", "/saved-views?relation=offered")).items.map((view) => view.name);
  assert.ok(!offered.includes("Active here"));
  const [shared] = (await api("GET", "/saved-views?visibility=role")).items;
  assert.deepEqual([shared.name, shared.role], ["Active here", "organization_admin"]);
});

/** On each table, and only those views that are of it. */
test("is there on other tables", async () => {
  await become(page, base, "root");
  for (const path of ["/organizations", "/groups", "/sessions", "/audit", "/jobs", "/api-keys", "/credentials", "/roles"]) {
    await open(path);
    await openViews();
    await page.getByText("No view is saved for this table yet").waitFor();
    await page.keyboard.press("Escape");
  }
});
