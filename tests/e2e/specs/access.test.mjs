// Why somebody may, or may not: asked by hand, from a refused page and from the page of a user.
import assert from "node:assert/strict";
import { test } from "node:test";
import { axe, become, consoleForTests, shot } from "../lib/browser.mjs";
import { admin } from "../lib/server.mjs";

const { page, open, base, user } = await consoleForTests({}, async ({ api }) => ({
  user: await api("POST", "/users", { username: "bob", display_name: "Bob Marlow", password: "copper kettle four" }),
}));

const pick = async (label, typed, found) => {
  await page.getByRole("button", { name: new RegExp(`^${label}:`) }).click();
  await page.getByLabel("Search…").last().fill(typed);
  await page.getByRole("button", { name: found, exact: true }).click();
};

/** The verdict, each rule in order, the one that decided and the smallest change; the address asks it again. */
test("explains why somebody may not", async () => {
  await open("/access");
  await axe(page, "access-ask");
  await page.getByRole("button", { name: "Explain" }).click();
  await page.getByText("Must be chosen.").waitFor();
  await pick("Who", "bob", "Bob Marlow");
  await pick("Permission", "audit", "audit.read");
  await page.getByRole("button", { name: "Explain" }).click();
  await page.getByRole("heading", { name: "bob may not: audit.read" }).waitFor();
  assert.match(page.url(), new RegExp(`/access\\?subject=${user.id}&permission=audit.read$`));
  assert.equal(await page.locator(".steps li").filter({ hasText: "decides" }).count(), 1);
  await page.getByText(/: give the role /).waitFor();
  await axe(page, "access");
  await shot(page, "access");
  await page.reload();
  await page.getByRole("heading", { name: "bob may not: audit.read" }).waitFor();
  await page.getByRole("button", { name: "Who: Bob Marlow" }).waitFor();
});

/** A thing narrows the question. */
test("explains access to one thing", async () => {
  await open(`/access?subject=${user.id}&permission=user.update&resource=user:${user.id}`);
  await page.getByRole("button", { name: "Which one: Bob Marlow" }).waitFor();
  await page.locator(".verdict").waitFor();
  await open(`/access?subject=${user.id}&permission=profile.read&resource=user:${user.id}`);
  await page.getByRole("heading", { name: "bob may: profile.read" }).waitFor();
  await axe(page, "access-allowed");
  await shot(page, "access-allowed");
});

/** From the page of the user. */
test("is reached from the access of a user", async () => {
  await open(`/users/${user.id}/access`);
  await page.getByRole("link", { name: "Explain access…" }).click();
  await page.getByRole("button", { name: "Who: Bob Marlow" }).waitFor();
});

/** A refused page says why to those who may ask, which is everybody for themselves. */
test("is reached from a refusal", async () => {
  await become(page, base, "bob", "copper kettle four");
  await page.goto(`${base}/settings`);
  await page.getByRole("heading", { name: "You may not open this" }).waitFor();
  await shot(page, "forbidden");
  await page.getByRole("link", { name: "Why?" }).click();
  await page.getByRole("heading", { name: "bob may not: setting.read" }).waitFor();
  await become(page, base, admin.login);
});
