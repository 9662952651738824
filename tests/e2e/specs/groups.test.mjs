// Groups: made, filled with people, given an allocation that is seen at its thresholds, changed in bulk, left all at once.
import assert from "node:assert/strict";
import { test } from "node:test";
import { axe, become, consoleForTests, downloaded, forGood, shot, until } from "../lib/browser.mjs";
import { admin } from "../lib/server.mjs";

const { page, open, base, api, bob, made } = await consoleForTests({ demo: 120 }, async ({ api }) => ({
  bob: await api("POST", "/users", { username: "bob.marlow", display_name: "Bob Marlow", password: "copper kettle four" }),
  made: {},
}));

const dialog = (name) => page.getByRole("dialog", { name });
const row = (name) => page.locator("tbody tr", { hasText: name });
const toast = (words) => page.locator(".toast", { hasText: words });
const choose = async (name, verb) => {
  await row(name).getByRole("button", { name: `Actions for ${name}` }).click();
  await page.getByRole("menuitem", { name: verb }).click();
};
const pick = async (within, label, typed, found) => {
  await within.getByRole("button", { name: new RegExp(`^${label}:`) }).click();
  await page.getByLabel("Search…").last().fill(typed);
  await page.getByRole("button", { name: found, exact: true }).click();
};
/** Uses so much of the allocation, as what runs for the group does. */
const use = async (id, amount) => {
  const reservation = await api("POST", `/groups/${id}/allocation/reservations`, { amount });
  await api("POST", `/reservations/${reservation.id}/settlement`, {});
};
const group = (name, total) => api("POST", "/groups", { name }).then(async (made) => {
  if (total) await api("POST", `/groups/${made.id}/allocation/entries`, { amount: total });
  return made;
});

/** S1-GRP-01, S1-GRP-02: name, organization, members, allocation, share, state, in the orders that the API has. */
test("lists groups with what they use", async () => {
  await open("/groups");
  await page.getByRole("columnheader", { name: "Organization" }).waitFor();
  await row("Route Planning").waitFor();
  await axe(page, "groups");
  await shot(page, "groups");
  for (const sort of ["percent", "-percent"]) {
    await page.getByRole("button", { name: "Sort by Used" }).click();
    await page.waitForURL(new RegExp(`sort=${sort}$`));
  }
  await until("the fullest comes first", async () => /Over/.test(await page.locator("tbody tr").first().textContent()));
  await open("/groups?state=over");
  await until("all are over", async () => {
    const states = await page.locator("tbody .level").allTextContents();
    return states.length > 0 && states.every((state) => state === "Over");
  });
});

/** S1-GRP-03 */
test("makes a group", async () => {
  await open("/groups");
  await page.getByRole("link", { name: "Create group" }).click();
  await page.locator("[name=display_name]").fill("Engine Room");
  await until("the short name follows", async () => (await page.locator("[name=name]").inputValue()) === "engine-room");
  await page.locator("[name=name]").fill("engine room");
  await page.getByRole("button", { name: "Create group" }).click();
  await page.getByText("May have letters, digits, dashes and underscores only.").waitFor();
  await page.locator("[name=name]").fill("engine-room");
  await page.locator("[name=description]").fill("Keeps the lights on.");
  await axe(page, "group-create");
  await shot(page, "group-create");
  await page.getByRole("button", { name: "Create group" }).click();
  await page.getByRole("heading", { name: "Engine Room" }).waitFor();
  made.id = page.url().split("/").at(-1);
  await page.getByLabel("Description").fill("Keeps the lights on, and the doors shut.");
  await page.getByRole("button", { name: "Save changes" }).last().click();
  await toast("Changes saved").waitFor();
  await axe(page, "group");
  await shot(page, "group");
});

/** S1-GRP-06: added by name, made a manager, removed; each can be undone. */
test("says who is in it", async () => {
  await open(`/groups/${made.id}`);
  await page.getByRole("link", { name: "Members" }).click();
  await page.getByText("Nobody is in this group yet").waitFor();
  await axe(page, "group-members-empty");
  await shot(page, "group-members-empty");
  await page.getByRole("button", { name: "Add member…" }).click();
  const form = dialog("Add a member to Engine Room");
  await form.getByRole("button", { name: "Add member" }).click();
  await form.getByText("Must be chosen.").waitFor();
  await pick(form, "Person", "bob.m", "Bob Marlow");
  await axe(page, "group-add-member");
  await shot(page, "group-add-member");
  await form.getByRole("button", { name: "Add member" }).click();
  await toast("Bob Marlow added to Engine Room").waitFor();
  await row("Bob Marlow").getByText("Member", { exact: true }).waitFor();
  await choose("Bob Marlow", "Make manager");
  await toast("Bob Marlow manages Engine Room").waitFor();
  await row("Bob Marlow").getByText("Manager", { exact: true }).waitFor();
  await choose("Bob Marlow", "Remove from the group");
  await page.getByText("Nobody is in this group yet").waitFor();
  await toast("Bob Marlow removed from Engine Room").getByRole("button", { name: "Undo" }).click();
  await row("Bob Marlow").getByText("Manager", { exact: true }).waitFor();
  const { items } = await api("GET", `/groups/${made.id}/members`);
  assert.deepEqual(items.map((member) => [member.username, member.standing]), [["bob.marlow", "manager"]]);
  await axe(page, "group-members");
  await shot(page, "group-members");
});

/** Granted with a reason, adjusted, never below what is used under a hard limit. */
test("grants an allocation and keeps its limit", async () => {
  await open(`/groups/${made.id}/allocation`);
  await page.getByText("The ledger is empty").waitFor();
  await page.getByRole("button", { name: "Grant…" }).click();
  const form = dialog("Grant to Engine Room");
  await form.locator("[name=amount]").fill("a lot");
  await form.getByRole("button", { name: "Grant allocation" }).click();
  await form.getByText(/Must be a decimal number/).waitFor();
  await form.locator("[name=amount]").fill("1000");
  await form.locator("[name=note]").fill("budget of the year");
  await axe(page, "group-grant");
  await shot(page, "group-grant");
  await form.getByRole("button", { name: "Grant allocation" }).click();
  await toast("1,000 credits granted to Engine Room").waitFor();
  await row("budget of the year").getByText("+1,000").waitFor();
  await use(made.id, "499.5");
  await page.locator(".figures").getByText("49.9 %").waitFor();
  await page.getByRole("button", { name: "Adjust…" }).click();
  const adjust = dialog("Adjust the allocation of Engine Room");
  await adjust.locator("[name=total]").fill("400");
  await adjust.getByRole("button", { name: "Adjust allocation" }).click();
  await adjust.getByText(/allocation/i).last().waitFor();
  await until("it is refused", async () => (await adjust.locator(".banner").count()) === 1);
  await axe(page, "group-adjust");
  await shot(page, "group-adjust");
  await adjust.getByRole("button", { name: "Cancel" }).click();
  assert.equal((await api("GET", `/groups/${made.id}/allocation`)).total, "1000");
});

/** S1-GRP-07: each threshold has its label and its colour, as the settings say. */
test("shows the level that is reached", async () => {
  await open(`/groups/${made.id}/allocation`);
  const level = page.locator("h1 + .level");
  const shows = async (label, colour) => {
    await until(`${label} in ${colour}`, async () =>
      (await level.textContent()) === label && (await level.getAttribute("data-colour")) === colour
      && (await page.locator(".figures .meter").getAttribute("data-colour")) === colour);
  };
  await shows("Normal", "green");
  await use(made.id, "0.5");
  await shows("Notice", "blue");
  await use(made.id, "300");
  await shows("Warning", "yellow");
  await axe(page, "group-allocation-warning");
  await use(made.id, "150");
  await shows("Critical", "orange");
  await api("PATCH", `/groups/${made.id}/allocation`, { limit: "soft" });
  await use(made.id, "100");
  await shows("Over", "red");
  await page.locator(".figures .meter[aria-valuetext='105 % used, Over']").waitFor();
  await api("POST", `/groups/${made.id}/allocation/reservations`, { amount: "25", ttl_seconds: 86_400, note: "nightly run" });
  await page.locator(".cards").getByText("−75").waitFor();
  await axe(page, "group-allocation");
  await shot(page, "group-allocation");
  await api("PATCH", "/settings", { values: { "allocations.over_label": "Call us", "allocations.over_colour": "grey" } });
  await shows("Call us", "grey");
  await page.reload();
  await page.locator(".legend").getByText("Call us above 100 %").waitFor();
  await api("PATCH", "/settings", { values: { "allocations.over_label": "Over", "allocations.over_colour": "red" } });
});

/** The ledger sums to the balance, on the page as in its file. */
test("exports the ledger", async () => {
  await open(`/groups/${made.id}/allocation`);
  const { name, text } = await downloaded(page, page.getByRole("button", { name: "Export as CSV" }));
  assert.equal(name, "ledger.csv");
  const [head, ...lines] = text.trim().split(/\r?\n/).map((line) => line.split(","));
  const sum = (column) => lines.reduce((sum, line) => sum + Number(line[head.indexOf(column)]), 0);
  const { total, reserved, used } = await api("GET", `/groups/${made.id}/allocation`);
  assert.deepEqual([sum("total_change"), sum("reserved_change"), sum("used_change")], [total, reserved, used].map(Number));
});

/** S1-GRP-04: the totals of several become editable; one plan, a result for each. */
test("sets totals in bulk with a result per group", async () => {
  const [one, two] = [await group("bulk-one", "10"), await group("bulk-two", "10")];
  await use(two.id, "8");
  await open("/groups?q=bulk");
  for (const name of ["bulk-one", "bulk-two"]) await row(name).getByRole("checkbox").check();
  await axe(page, "groups-selected");
  await shot(page, "groups-selected");
  await page.getByRole("button", { name: "Set totals…" }).click();
  const form = dialog("Set what groups are granted");
  await form.getByLabel("The same for all").fill("5");
  await form.getByLabel("Total of bulk-one").fill("-3");
  await form.getByRole("button", { name: "Show what would happen" }).click();
  await form.getByText("Must not be negative.").waitFor();
  await form.getByLabel("Total of bulk-one").fill("25.5");
  await form.locator("[name=reason]").fill("a new year");
  await axe(page, "groups-totals");
  await shot(page, "groups-totals");
  await form.getByRole("button", { name: "Show what would happen" }).click();
  const plan = dialog("Set what groups are granted");
  await plan.getByRole("button", { name: "Set the allocations of 2 groups" }).click();
  await plan.getByText("Done: 1 changed").waitFor();
  await plan.locator("li", { hasText: "bulk-one" }).waitFor();
  await plan.locator("li", { hasText: "bulk-two" }).getByText(/more|exceed|limit/i).waitFor();
  await axe(page, "groups-totals-result");
  await shot(page, "groups-totals-result");
  await plan.getByRole("button", { name: "Close" }).last().click();
  const total = async ({ id }) => (await api("GET", `/groups/${id}/allocation`)).total;
  assert.deepEqual([await total(one), await total(two)], ["25.5", "10"]);
});

/** The list as a file; several deleted by one plan, behind a typed text. */
test("exports the list and deletes in bulk", async () => {
  await open("/groups?q=bulk");
  const { text } = await downloaded(page, page.getByRole("button", { name: "Export as CSV" }));
  assert.equal(text.trim().split(/\r?\n/).length, 3);
  for (const name of ["bulk-one", "bulk-two"]) await row(name).getByRole("checkbox").check();
  await page.getByRole("button", { name: "Delete…" }).click();
  await forGood(page);
  const plan = dialog("Delete groups");
  await plan.getByLabel("Type “delete 2 groups” to confirm").fill("delete 2 groups");
  await shot(page, "groups-delete");
  await plan.getByRole("button", { name: /^Delete 2 groups/ }).click();
  await toast("2 groups deleted").waitFor();
  await page.getByText("Nothing matches these filters").waitFor();
  assert.equal((await api("GET", "/groups?q=bulk")).total, 0);
});

/** S1-UED-12: out of all groups at once, with an event for each. */
test("removes a person from all groups", async () => {
  const other = await group("night-watch");
  await open(`/users/${bob.id}/groups`);
  await row("Engine Room").getByText("Manager").waitFor();
  await page.getByRole("button", { name: "Add to group…" }).click();
  const form = dialog("Add Bob Marlow to a group");
  await pick(form, "Group", "night", "night-watch");
  await form.getByRole("button", { name: "Add to group" }).click();
  await row("night-watch").waitFor();
  await axe(page, "user-groups");
  await shot(page, "user-groups");
  await page.getByRole("button", { name: "Remove from all groups…" }).click();
  const plan = dialog("Remove Bob Marlow from all groups");
  await plan.getByText("Memberships that end").waitFor();
  await shot(page, "user-groups-plan");
  await plan.getByRole("button", { name: "Take 1 user out of all groups" }).click();
  await toast("Bob Marlow removed from all groups").waitFor();
  await page.getByText("In no group").waitFor();
  const { items } = await api("GET", `/audit-events?action=user.removed_from_group&target_id=${bob.id}&limit=2`);
  const names = items.map((event) => event.changes.find((change) => change.field === "group").before);
  assert.deepEqual(names.sort(), ["engine-room", "night-watch"]);
  await api("DELETE", `/users/${bob.id}/groups`);
  await api("POST", `/groups/${other.id}/members`, { user_id: bob.id, standing: "manager" });
});

/** A manager finds the own groups, sees their people and what they may use, and changes no more than that. */
test("lets a manager see the own group", async () => {
  await become(page, base, "bob.marlow", "copper kettle four");
  await open("/profile/groups");
  await axe(page, "own-groups");
  await shot(page, "own-groups");
  await row("night-watch").getByRole("link", { name: "night-watch" }).click();
  await page.getByText("Needs the permission group.update.").waitFor();
  assert.equal(await page.getByRole("heading", { name: "Danger zone" }).count(), 0);
  await page.getByRole("link", { name: "Members" }).click();
  await page.getByRole("button", { name: "Add member…" }).click();
  await dialog("Add a member to night-watch").getByLabel("Username").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: "Allocation" }).click();
  await page.getByText("The ledger is empty").waitFor();
  assert.equal(await page.getByRole("button", { name: "Grant…" }).count(), 0);
  await become(page, base, admin.login);
});

/** A group goes by a plan, behind its typed name. */
test("deletes a group", async () => {
  await open(`/groups/${made.id}`);
  await page.getByRole("button", { name: "Delete…" }).click();
  await forGood(page);
  const plan = dialog("Delete Engine Room");
  await plan.getByLabel("Type “engine-room” to confirm").fill("engine-room");
  await plan.getByRole("button", { name: /^Delete 1 group/ }).click();
  await page.waitForURL(`${base}/groups`);
  await toast("Engine Room deleted").waitFor();
});
