// The avatar image of an organization: chosen, shown, refused, removed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync, crc32 } from "node:zlib";
import { axe, consoleForTests, shot } from "../lib/browser.mjs";

const { page, errors, base, api } = await consoleForTests({}, async () => ({}));

/** A PNG of `side` by `side` pixels in one colour. */
function png(side, [red, green, blue]) {
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.concat([Buffer.from([0]), Buffer.concat(Array(side).fill(Buffer.from([red, green, blue])))]);
  const pixels = deflateSync(Buffer.concat(Array(side).fill(row)));
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", head), chunk("IDAT", pixels), chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** S0-ORG-01 */
test("chooses, shows and removes an avatar", async () => {
  const { id } = await api("POST", "/organizations", { name: "lantern-works", display_name: "Lantern Works", kind: "company" });
  await page.goto(`${base}/organizations/${id}`);
  const file = page.locator("input[name=avatar]");
  const drawn = () => page.waitForFunction(() => {
    const images = [...document.querySelectorAll(".avatar[data-square] img")];
    return images.length > 0 && images.every((image) => image.naturalWidth === 256);
  });

  await file.setInputFiles({ name: "notes.png", mimeType: "image/png", buffer: Buffer.from("no image at all") });
  await page.locator(".field-error").getByText(/must be a whole image/i).waitFor();
  assert.equal((await api("GET", `/organizations/${id}`)).avatar_digest, null);

  await page.getByLabel("Name", { exact: true }).fill("Lantern & Works");
  await file.setInputFiles({ name: "lantern.png", mimeType: "image/png", buffer: png(300, [200, 80, 40]) });
  await page.getByText("Avatar of Lantern Works set").waitFor();
  await drawn();
  assert.equal(await page.locator(".field-error").count(), 0);
  await axe(page, "organization-avatar");
  await shot(page, "organization-avatar");

  // What was typed meanwhile is kept, and can be saved: the own image is no rival.
  await page.getByRole("button", { name: "Save changes" }).last().click();
  await page.getByRole("heading", { name: "Lantern & Works" }).waitFor();

  await page.goto(`${base}/organizations`);
  await drawn();
  await shot(page, "organizations-avatar");
  await page.goto(`${base}/organizations/${id}`);
  await page.getByRole("button", { name: "Remove image" }).click();
  await page.getByText("Avatar of Lantern & Works removed").waitFor();
  await page.waitForFunction(() => !document.querySelector(".avatar[data-square] img"));
  assert.equal((await api("GET", `/organizations/${id}`)).avatar_digest, null);
  assert.deepEqual(errors, []);
});
