// Provider keys: by whose key requests to model services go out, the own keys, those of an organization, and the inventory
// (S4-KEY-01..05). A server of the test stands for the provider and keeps the key that it saw.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, test } from "node:test";
import { axe, become, consoleForTests, downloaded, shot, until } from "../lib/browser.mjs";
import { admin } from "../lib/server.mjs";

let seen = "";
const provider = createServer((request, answer) => {
  seen = request.headers.authorization;
  answer.end("{}");
});
await new Promise((resolve) => provider.listen(0, "127.0.0.1", resolve));
after(() => provider.close());

const env = { OPENAI_API_KEY: "sk-of-environment-0001", ANTHROPIC_API_KEY: "", GOOGLE_API_KEY: "" };
const { page, api, open, base, server, kestrel, bob } = await consoleForTests({ env }, async ({ api }) => {
  const kestrel = await api("POST", "/organizations", { name: "kestrel", display_name: "Kestrel Robotics" });
  const make = (username, display_name, roles) =>
    api("POST", "/users", { username, display_name, roles, password: admin.password, organization_id: kestrel.id });
  await make("chief", "Kestrel Chief", ["organization_admin"]);
  return { kestrel, bob: await make("bob", "Bob Marlow", ["user"]) };
});
const tokens = new Map();
const token = async (login) => tokens.get(login) ?? tokens.set(login, await server.signIn(login)).get(login);
const as = async (login, method, path, body) => server.api(method, `/api/v1${path}`, body, await token(login));

const dialog = (name) => page.getByRole("dialog", { name });
const row = (name) => page.locator("tbody tr[data-row]", { hasText: name });
const toast = (text) => page.locator(".toast", { hasText: text });
const card = (name) => page.getByRole("article", { name });
const place = (name, source) => card(name).getByRole("listitem").filter({ hasText: source });
const main = () => page.getByRole("navigation", { name: "Main" });
const choose = async (name, verb) => {
  await row(name).getByRole("button", { name: `Actions for ${name}` }).click();
  await page.getByRole("menuitem", { name: verb }).click();
};
const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);

/** The key by which a request of Bob goes out, as the provider sees it. */
async function sent() {
  const headers = { authorization: `Bearer ${await token("bob")}` };
  const answer = await fetch(`${base}/api/v1/model-services/openai/v1/models`, { headers });
  assert.equal(answer.status, 200);
  return seen.replace("Bearer ", "");
}

test("says that nothing is sent, and where that is switched on", async () => {
  await open("/profile/provider-keys");
  await page.getByText("The platform sends nothing to model services at present.", { exact: false }).waitFor();
  await place("OpenAI", "OPENAI_API_KEY").getByText("would be used").waitFor();
  await axe(page, "own-keys-off");
  await shot(page, "own-keys-off");
  await page.getByRole("link", { name: "Open settings" }).click();
  await page.getByRole("heading", { name: "Send requests to model services" }).waitFor();
  await axe(page, "settings-model-services");
  await shot(page, "settings-model-services");
  const { port } = provider.address();
  const values = { "model_services.enabled": true, "model_services.allow_local": true, "model_services.openai_url": `http://127.0.0.1:${port}` };
  await api("PATCH", "/settings", { values });
});

/** S4-KEY-02, 04: from the card of the service; the secret is hidden while it is typed, and never filled in. */
test("tells by whose key requests go out, and stores an own one", async () => {
  await become(page, base, "bob");
  await page.getByRole("button", { name: "Account of Bob Marlow" }).click();
  await page.getByRole("menuitem", { name: "Provider keys" }).click();
  await card("OpenAI").getByText("a key that the server was started with").waitFor();
  await card("Google").getByText("requests are refused", { exact: false }).waitFor();
  await card("OpenAI").getByRole("button", { name: "Store a key…" }).click();
  const form = dialog("Store provider key");
  assert.equal(await form.locator("[name=provider]").inputValue(), "openai");
  assert.equal(await form.locator("[name=owner]").count(), 0, "whose it is, is said by the page");
  assert.equal(await form.locator("[name=secret]").getAttribute("type"), "password");
  await form.locator("[name=secret]").fill("short");
  await form.getByRole("button", { name: "Store provider key" }).click();
  await form.locator("[name=name][aria-invalid=true]").waitFor();
  await form.getByText("Must have at least 12 characters.").waitFor();
  await form.locator("[name=name]").fill("research");
  await form.locator("[name=secret]").fill("sk-of-bob-00000000-b0b1");
  await axe(page, "store-key");
  await shot(page, "store-key");
  await form.getByRole("button", { name: "Store provider key" }).click();
  await toast("“research” stored").waitFor();
  await row("research").getByText("…b0b1").first().waitFor();
  await card("OpenAI").getByText("Requests go out with your own key.").waitFor();
  await place("OpenAI", "OPENAI_API_KEY").getByText("in reserve").waitFor();
  assert.equal(await sent(), "sk-of-bob-00000000-b0b1");
});

/** One of each provider: what is taken is not offered, and whoever is quicker elsewhere is told of. */
test("offers providers that are free, and refuses a second key", async () => {
  await open("/profile/provider-keys");
  await page.getByRole("button", { name: "Store provider key…" }).click();
  const form = dialog("Store provider key");
  await form.getByText("There is one already of: OpenAI.", { exact: false }).waitFor();
  assert.deepEqual(await form.locator("[name=provider] option").allTextContents(), ["Anthropic", "Google"]);
  assert.equal(await form.locator("[name=secret]").inputValue(), "");
  await axe(page, "store-second-key");
  await shot(page, "store-second-key");
  await as("bob", "POST", "/provider-keys", { provider: "anthropic", name: "elsewhere", secret: "sk-of-bob-elsewhere-1" });
  await form.locator("[name=name]").fill("too late");
  await form.locator("[name=secret]").fill("sk-of-bob-too-late-0001");
  await form.getByRole("button", { name: "Store provider key" }).click();
  await form.getByText("There is a key of this provider already.", { exact: false }).waitFor();
  await page.keyboard.press("Escape");
  await as("bob", "POST", "/provider-keys", { provider: "google", name: "the third", secret: "sk-of-bob-the-third-1" });
  await open("/profile/provider-keys?act=store");
  await until("none is left", async () => (await form.locator("[name=provider] option").allTextContents()).join() === "None left");
  await form.getByRole("button", { name: "Store provider key" }).click();
  await form.getByText("Has a key of each provider already", { exact: false }).waitFor();
  await axe(page, "store-none-left");
  await shot(page, "store-none-left");
  await page.keyboard.press("Escape");
  for (const { id, name } of (await as("bob", "GET", "/provider-keys")).items) {
    if (name !== "research") await as("bob", "DELETE", `/provider-keys/${id}`);
  }
});

/** S4-KEY-02: another name, another secret. */
test("renames a key and replaces its secret", async () => {
  await open("/profile/provider-keys");
  await choose("research", "Rename…");
  const name = dialog("Rename “research”");
  assert.equal(await name.locator("[name=name]").inputValue(), "research");
  await name.locator("[name=name]").fill("grant 2231");
  await name.getByRole("button", { name: "Rename" }).click();
  await toast("“grant 2231” renamed").waitFor();
  await choose("grant 2231", "Replace secret…");
  const secret = dialog("Replace the secret of “grant 2231”");
  await secret.getByText("…b0b1", { exact: false }).waitFor();
  assert.equal(await secret.locator("[name=secret]").inputValue(), "", "a secret is never filled in");
  await secret.locator("[name=secret]").fill("sk-of-bob-00000000-b0b2");
  await axe(page, "replace-secret");
  await shot(page, "replace-secret");
  await secret.getByRole("button", { name: "Replace secret" }).click();
  await toast("Secret of “grant 2231” replaced").waitFor();
  await row("grant 2231").getByText("…b0b2").first().waitFor();
  assert.equal(await sent(), "sk-of-bob-00000000-b0b2");
  assert.ok(!(await page.content()).includes("sk-of-bob"));
});

/** S4-KEY-01, 05: what is switched off is passed over, and the page says what is used in its place. */
test("uses the key of the organization once the own one is switched off", async () => {
  await as("chief", "POST", "/provider-keys", { provider: "openai", name: "framework contract", secret: "sk-of-kestrel-000000-4242", owner: "organization", organization_id: kestrel.id });
  await api("POST", "/provider-keys", { provider: "openai", name: "house account", secret: "sk-of-platform-00000-7777", owner: "system" });
  await open("/profile/provider-keys");
  await place("OpenAI", "Your organization's").getByText("in reserve").waitFor();
  await page.getByRole("button", { name: "Details of grant 2231" }).click();
  await page.getByText("Last change").waitFor();
  await axe(page, "own-provider-keys-used");
  await shot(page, "own-provider-keys-used");
  await choose("grant 2231", "Switch off");
  await toast("“grant 2231” switched off").waitFor();
  await card("OpenAI").getByText("Requests go out with the key of your organization.").waitFor();
  await place("OpenAI", "Your own").getByText("switched off").waitFor();
  await row("grant 2231").getByText("Switched off").first().waitFor();
  assert.equal(await page.getByText("4242").count(), 0, "of keys of others, no end is shown");
  assert.equal(await sent(), "sk-of-kestrel-000000-4242");
  await axe(page, "own-provider-keys-switched-off");
  await shot(page, "own-provider-keys-switched-off");
  await toast("switched off").getByRole("button", { name: "Undo" }).click();
  await card("OpenAI").getByText("Requests go out with your own key.").waitFor();
  assert.equal(await sent(), "sk-of-bob-00000000-b0b2");
});

test("deletes a key after a question", async () => {
  await open("/profile/provider-keys");
  await choose("grant 2231", "Delete…");
  const form = dialog("Delete the key “grant 2231”");
  await until("the keyboard begins at Cancel", () =>
    form.getByRole("button", { name: "Cancel" }).evaluate((element) => element === document.activeElement));
  await axe(page, "delete-provider-key");
  await shot(page, "delete-provider-key");
  await form.getByRole("button", { name: "Delete key" }).click();
  await toast("“grant 2231” deleted").waitFor();
  await page.getByText("No provider keys").waitFor();
  await card("OpenAI").getByText("Requests go out with the key of your organization.").waitFor();
  await axe(page, "own-provider-keys-empty");
  await shot(page, "own-provider-keys-empty");
});

/** On a phone the cards stand above each other, and the keys below them can be reached. */
test("fits on a phone", async () => {
  await as("bob", "POST", "/provider-keys", { provider: "google", name: "prototype", secret: "sk-of-bob-prototype-9001" });
  await page.setViewportSize({ width: 360, height: 780 });
  await open("/profile/provider-keys");
  await row("prototype").scrollIntoViewIfNeeded();
  await row("prototype").getByRole("button", { name: "Actions for prototype" }).click();
  await page.getByRole("menuitem", { name: "Switch off" }).waitFor();
  assert.ok(await fits());
  await page.keyboard.press("Escape");
  await axe(page, "own-provider-keys-below");
  await shot(page, "own-provider-keys-below");
  await page.setViewportSize({ width: 1440, height: 900 });
});

/** Without the permission on others, no way leads to the inventory, nor to the keys of the organization. */
test("is for those who may see it", async () => {
  assert.equal(await main().getByRole("link", { name: "Provider keys" }).count(), 0);
  await open("/provider-keys");
  await page.getByText("provider_key.read").first().waitFor();
  assert.equal(await page.getByRole("table").count(), 0);
});

/** The organization's administrator: the tab of the organization, and an inventory of its own people alone. */
test("gives an organization its keys", async () => {
  await become(page, base, "chief");
  await open(`/organizations/${kestrel.id}`);
  await page.getByRole("navigation", { name: "Parts of the organization" }).getByRole("link", { name: "Provider keys" }).click();
  await row("framework contract").getByText("…4242").first().waitFor();
  await page.getByRole("button", { name: "Store provider key…" }).click();
  const form = dialog("Store provider key");
  await form.getByText("There is one already of: OpenAI.", { exact: false }).waitFor();
  await form.locator("[name=provider]").selectOption("anthropic");
  await form.locator("[name=name]").fill("second contract");
  await form.locator("[name=secret]").fill("sk-of-kestrel-000000-4343");
  await form.getByRole("button", { name: "Store provider key" }).click();
  await row("second contract").waitFor();
  await axe(page, "organization-keys");
  await shot(page, "organization-keys");
  await page.getByRole("link", { name: "Keys of its people" }).click();
  await row("prototype").waitFor();
  await open("/provider-keys");
  await row("prototype").waitFor();
  assert.equal(await row("house account").count(), 0);
  await page.getByRole("button", { name: "Store provider key…" }).click();
  assert.deepEqual(await form.locator("[name=owner] option").allTextContents(), ["An organization's", "A person's"]);
  await page.keyboard.press("Escape");
});

/** S4-KEY-03: the administrator sees all, and stores for the platform, an organization, a person. */
test("keeps an inventory of all keys", async () => {
  await become(page, base, admin.login);
  await main().getByRole("link", { name: "Provider keys" }).click();
  await row("house account").waitFor();
  await axe(page, "keys-inventory");
  await shot(page, "keys-inventory");
  await page.getByRole("button", { name: "Store provider key…" }).click();
  const form = dialog("Store provider key");
  await form.getByText("There is one already of: OpenAI.", { exact: false }).waitFor();
  await form.locator("[name=owner]").selectOption("user");
  await form.locator("[name=name]").fill("for Bob");
  await form.locator("[name=secret]").fill("sk-for-bob-by-root-5555");
  await form.getByRole("button", { name: "Store provider key" }).click();
  await form.getByText("Must name whose key it is.").waitFor();
  await axe(page, "store-key-for");
  await shot(page, "store-key-for");
  await form.getByRole("button", { name: /^Of whom/ }).click();
  await page.getByRole("button", { name: "Bob Marlow" }).click();
  await form.getByText("There is one already of: Google.", { exact: false }).waitFor();
  await form.locator("[name=provider]").selectOption("openai");
  await form.getByRole("button", { name: "Store provider key" }).click();
  await row("for Bob").getByRole("link", { name: "bob" }).waitFor();
  assert.equal((await api("GET", `/provider-keys?user_id=${bob.id}`)).total, 2);
  await choose("for Bob", "Switch off");
  await row("for Bob").getByText("Switched off").first().waitFor();
  await open("/provider-keys?is_active=false");
  await until("what is switched off is left", async () => (await page.locator("tbody tr[data-row]").count()) === 1);
  await open("/provider-keys?owner=organization&provider=anthropic");
  await until("one of the organization is left", async () => (await page.locator("tbody tr[data-row]").count()) === 1);
  await page.locator(".chip", { hasText: "An organization's" }).waitFor();
  await open("/provider-keys");
  await choose("house account", "Delete…");
  await dialog("Delete the key “house account” of The platform").waitFor();
  await page.keyboard.press("Escape");
  const { text } = await downloaded(page, page.getByRole("button", { name: "Export as CSV" }));
  assert.match(text, /house account/);
  assert.ok(!text.includes("sk-of"));
});

/** Whoever acts as somebody else gets to no keys, and is told so in place of the lists. */
test("shows no keys to who acts as somebody else", async () => {
  await open(`/users/${bob.id}?act=as`);
  const form = dialog("Act as Bob Marlow");
  await form.getByLabel("Reason").fill("ticket 4711");
  await form.getByRole("button", { name: "Act as Bob Marlow" }).click();
  await page.locator(".acting").waitFor();
  await page.getByRole("button", { name: "Account of Bob Marlow" }).click();
  await page.getByRole("menuitem", { name: "Provider keys" }).click();
  await page.locator(".page-body .banner", { hasText: "while they act as somebody else" }).waitFor();
  assert.equal(await page.getByRole("article").count(), 0);
  await axe(page, "keys-acting");
  await shot(page, "keys-acting");
});
