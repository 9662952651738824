// Seats and defaults of an organization, and its deletion with its members.
import assert from "node:assert/strict";
import { test } from "node:test";
import { axe, consoleForTests, shot, until } from "../lib/browser.mjs";

const { page, api, open } = await consoleForTests({});
const dialog = () => page.locator("dialog[open]");
const save = () => page.getByRole("button", { name: "Save changes" }).last().click();

async function organization(name, members = 0) {
  const made = await api("POST", "/organizations", { name, display_name: name.toUpperCase() });
  for (let index = 0; index < members; index += 1) {
    await api("POST", "/users", { username: `${name}.${index}`, display_name: `Member ${index}`, organization_id: made.id });
  }
  return made.id;
}

/** S1-EXT-10, S1-UED-18 */
test("gives seats, and tells who gets none", async () => {
  const id = await organization("looms", 2);
  await open(`/organizations/${id}/provision`);
  await page.getByText("2 seats taken").first().waitFor();
  await page.getByLabel("Number of seats").fill("2");
  await save();
  await page.getByText("2 of 2 seats taken").first().waitFor();
  await axe(page, "organization-seats");
  await shot(page, "organization-seats");
  const { total } = await api("GET", `/users?organization_id=${id}`);
  assert.equal(total, 2);
  // Nobody else comes in, and a form says why.
  await open("/users/new");
  await page.getByLabel("Username").fill("looms.late");
  await page.getByLabel("Full name").fill("Late");
  await page.getByRole("button", { name: /organization/i }).click();
  await page.getByRole("button", { name: "LOOMS" }).click();
  await page.getByRole("button", { name: "Create user" }).last().click();
  await page.getByText(/All seats of the organization are taken/).waitFor();
  await shot(page, "seats-taken");
  // A complimentary member takes none.
  const { items } = await api("GET", `/users?organization_id=${id}`);
  await open(`/users/${items[0].id}/access`);
  await page.getByRole("button", { name: "Make complimentary" }).click();
  await page.getByText("Complimentary: takes no seat of the organization.").first().waitFor();
  await axe(page, "user-seat");
  await shot(page, "user-seat");
  await until("a seat is free", async () => (await api("GET", `/organizations/${id}`)).seats_used === 1);
});

/** S1-EXT-10 */
test("says what new users begin with", async () => {
  const id = await organization("mills");
  await open(`/organizations/${id}/provision`);
  await page.getByLabel("Language").fill("de");
  await page.getByLabel("Time zone").fill("Europe/Berlin");
  await page.getByLabel("Country").fill("zz");
  await page.getByLabel("Role").selectOption("trainer");
  await save();
  await page.getByText(/There is no such country/).waitFor();
  await page.getByLabel("Country").fill("de");
  await save();
  await page.getByText("Changes saved").first().waitFor();
  await shot(page, "organization-defaults");
  const user = await api("POST", "/users", { username: "mills.new", display_name: "New", organization_id: id });
  assert.deepEqual([user.language, user.time_zone, user.country, user.roles], ["de", "Europe/Berlin", "DE", ["trainer"]]);
});

/** S1-EXT-10, S4-DEL-01 */
test("deletes an organization once it is said what becomes of its members", async () => {
  const [gone, home] = [await organization("ropes", 2), await organization("sails")];
  await open(`/organizations/${gone}`);
  await page.getByRole("button", { name: "Delete…" }).click();
  await dialog().getByText("What becomes of its 2 members").waitFor();
  await axe(page, "organization-deletion");
  await shot(page, "organization-deletion");
  await dialog().getByRole("button", { name: "Show what would happen" }).click();
  await dialog().getByText(/Choose where they move to/).waitFor();
  await dialog().getByRole("button", { name: /^Move to/ }).click();
  await page.getByRole("button", { name: "SAILS" }).click();
  await dialog().getByRole("button", { name: "Show what would happen" }).click();
  await dialog().getByText("Members who stay on the platform").waitFor();
  await shot(page, "organization-deletion-plan");
  await dialog().getByLabel("Type “ropes” to confirm").fill("ropes");
  await dialog().getByRole("button", { name: /^Delete 1 organization/ }).click();
  await page.waitForURL(/\/organizations$/);
  assert.equal((await api("GET", `/organizations/${home}`)).member_count, 2);
  const { items } = await api("GET", "/organizations?q=ropes");
  assert.deepEqual(items, []);
  // With its members, by the row menu's question.
  await open(`/organizations/${home}`);
  await page.getByRole("button", { name: "Delete…" }).click();
  await dialog().getByLabel("What becomes of its 2 members").selectOption("delete");
  await dialog().getByRole("button", { name: "Show what would happen" }).click();
  await dialog().getByLabel("Type “sails” to confirm").fill("sails");
  await shot(page, "organization-deletion-with-members");
  await dialog().getByRole("button", { name: /^Delete 1 organization, 2 users/ }).click();
  await page.waitForURL(/\/organizations$/);
  assert.equal((await api("GET", "/users?q=ropes")).total, 0);
});
