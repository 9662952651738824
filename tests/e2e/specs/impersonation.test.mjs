// Acting as somebody else: begun for a reason, seen on every page, ended by hand, by time, by rights, by a reload; told to whom it
// was done (S1-IMP-01..03).
import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { axe, become, consoleForTests, shot, until } from "../lib/browser.mjs";
import { admin } from "../lib/server.mjs";

const clock = join(mkdtempSync(join(tmpdir(), "quarterdeck-clock-")), "ahead");
let ahead = 0;
const advance = (seconds) => writeFileSync(clock, String((ahead += seconds)));
advance(0);
const { page, base, open, server, bob, root } = await consoleForTests({ env: { QUARTERDECK_TEST_CLOCK: clock } }, async ({ api }) => {
  const body = { username: "bob", display_name: "Bob Marlow", email: "bob@example.org", password: admin.password };
  await api("POST", "/users", { username: "eve", display_name: "Eve Suspended" });
  return { bob: await api("POST", "/users", body), root: (await api("GET", "/me")).user };
});
// Each call by a session of its own: the clock ends others.
const as = async (login, method, path, body) => server.api(method, `/api/v1${path}`, body, await server.signIn(login));

const dialog = page.getByRole("dialog", { name: "Act as Bob Marlow" });
const banner = page.locator(".acting");
const toast = (text) => page.locator(".toast", { hasText: text });

async function begin({ write = false, minutes = "" } = {}) {
  await page.getByRole("button", { name: "Act as…" }).click();
  await dialog.getByLabel("Reason").fill("ticket 4711");
  if (write) await dialog.getByLabel("Change things too").check();
  if (minutes) await dialog.getByLabel("For at most").selectOption({ label: minutes });
  await dialog.getByRole("button", { name: "Act as Bob Marlow" }).click();
}

const isBack = async () => {
  await page.waitForURL(`${base}/users/${bob.id}`);
  await banner.waitFor({ state: "detached" });
  await page.getByRole("heading", { name: "Bob Marlow" }).waitFor();
};

/** S1-IMP-01, 02: from the row to the user's first page, marked on every page, and back by the menu of the name. */
test("acts as a user to see, and returns", async () => {
  await open("/users");
  await page.getByRole("button", { name: "Actions for Bob Marlow" }).click();
  await page.getByRole("menuitem", { name: "Act as…" }).click();
  await dialog.waitFor();
  await axe(page, "act-as");
  await shot(page, "act-as");
  await dialog.getByRole("button", { name: "Act as Bob Marlow" }).click();
  await dialog.getByText("Must say why.").waitFor();
  await dialog.getByLabel("Reason").fill("ticket 4711");
  await dialog.getByRole("button", { name: "Act as Bob Marlow" }).click();

  await banner.getByText("root acts as Bob Marlow (bob)").waitFor();
  assert.equal(new URL(page.url()).pathname, "/");
  await banner.getByText("Read only").waitFor();
  await until("the time runs", async () => /^29:[0-5]\d left$/.test(await banner.getByRole("timer").innerText()));
  assert.equal(await page.getByRole("link", { name: "Users", exact: true }).count(), 0);
  await page.getByRole("button", { name: "Account of Bob Marlow" }).click();
  await page.getByRole("menuitem", { name: "Security" }).click();
  await page.getByText("root acts as you").waitFor();
  await banner.waitFor();
  assert.equal(await page.locator("[name=current_password]").count(), 0);
  await axe(page, "acting");
  await shot(page, "acting");

  await page.getByRole("button", { name: "Account of Bob Marlow" }).click();
  await page.getByRole("menuitem", { name: "Return to own account" }).click();
  await isBack();
  await toast("no longer as Bob Marlow").waitFor();
  await page.getByRole("button", { name: "Account of Grace Hopper" }).waitFor();
  assert.ok((await as("bob", "GET", "/me")).impersonations[0].ended_at);
});

/** No verb that is refused is offered: neither oneself, nor somebody suspended, nor an administrator. */
test("nobody is offered who cannot be acted as", async () => {
  const eve = (await as("root", "GET", "/users?q=eve")).items[0];
  await as("root", "PATCH", `/users/${eve.id}`, { status: "suspended" });
  const boss = await as("root", "POST", "/users", { username: "boss", display_name: "Boss", roles: ["admin"] });
  for (const id of [root.id, eve.id, boss.id]) {
    await open(`/users/${id}?act=as`);
    await page.waitForURL(`${base}/users/${id}`);
    assert.equal(await page.getByRole("button", { name: "Act as…" }).count(), 0);
    assert.equal(await page.getByRole("dialog").count(), 0);
  }
});

/** With write the password is asked for again; what is changed names both. */
test("acts as a user to change things", async () => {
  advance(15 * 60);
  await open(`/users/${bob.id}`);
  await begin({ write: true });
  const confirm = page.getByRole("dialog", { name: "Confirm it is you" });
  await confirm.getByLabel("Password", { exact: true }).fill(admin.password);
  await page.keyboard.press("Enter");
  await banner.getByText("Can make changes").waitFor();
  await page.getByRole("button", { name: "Account of Bob Marlow" }).click();
  await page.getByRole("menuitem", { name: "Profile" }).click();
  await page.locator("[name=first_name]").fill("Robert");
  await shot(page, "acting-with-write");
  await axe(page, "acting-with-write");
  await page.getByRole("button", { name: /^Save/ }).last().click();
  await toast("Changes saved").waitFor();
  // Changes that are not saved are asked about first.
  await page.locator("[name=last_name]").fill("Marley");
  await banner.getByRole("button", { name: "Return" }).click();
  await page.getByRole("dialog").getByRole("button", { name: /Discard|Leave/ }).click();
  await isBack();
  await open(`/audit?impersonator_id=${root.id}&action=user.updated`);
  await page.locator("tbody tr[data-row]", { hasText: "root as bob changed bob" }).waitFor();
  await shot(page, "audit-impersonator");
});

/** The console is loaded anew as oneself, and nothing goes on behind it. */
test("a reload ends it", async () => {
  await open(`/users/${bob.id}`);
  await begin();
  await banner.waitFor();
  await page.reload();
  await toast("loading the console anew ended acting as Bob Marlow").waitFor();
  await isBack();
  await until("it has ended", async () => (await as("bob", "GET", "/me")).impersonations[0].ended_at);
});

/** When the user ends it, or its time is over, the console is back at oneself and says why. */
test("what ends by itself leads back", async () => {
  await open(`/users/${bob.id}`);
  await begin();
  await banner.waitFor();
  const { impersonations } = await as("bob", "GET", "/me");
  await as("bob", "DELETE", `/me/sessions/${impersonations[0].id}`);
  await isBack();
  await toast("acting as Bob Marlow ended by time, or because of a change of rights").waitFor();

  await begin({ minutes: "5 minutes" });
  await until("five minutes", async () => /^[45]:\d\d left$/.test(await banner.getByRole("timer").innerText()));
  advance(300);
  // The stream of events ends with it, so that nobody has to ask for anything.
  await page.waitForURL(`${base}/users/${bob.id}`, { timeout: 30_000 });
  await isBack();
});

/** Signing out while acting ends both sessions. */
test("signing out ends both", async () => {
  await open(`/users/${bob.id}`);
  await begin();
  await banner.waitFor();
  await page.getByRole("button", { name: "Account of Bob Marlow" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.waitForURL(`${base}/sign-in`);
  await page.reload();
  await page.getByRole("button", { name: "Sign in" }).waitFor();
  assert.equal((await as("bob", "GET", "/me")).impersonations.some((one) => one.is_running), false);
});

/** S1-IMP-03: the person sees who acted as them, why, when and how far, and ends what runs. */
test("the person sees and ends it", async () => {
  await become(page, base, "bob");
  await page.goto(`${base}/profile/security`);
  const section = page.locator("#acted-as");
  const token = await server.signIn();
  const body = { reason: "a look at the export", may_write: true, ttl_seconds: 600 };
  await server.api("POST", `/api/v1/users/${bob.id}/impersonation`, body, token);
  const first = section.locator("li").first();
  await first.getByText("a look at the export").waitFor();
  await first.getByText("Running").waitFor();
  await axe(page, "acted-as");
  await shot(page, "acted-as");
  await first.getByRole("button", { name: "End it" }).click();
  await first.getByText("Ended by you").waitFor();
  await section.getByText("Ended by them").first().waitFor();
  assert.equal(await section.getByRole("button").count(), 0);
});
