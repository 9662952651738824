// The console's files as a client of each kind gets them.
import assert from "node:assert/strict";
import http from "node:http";
import { buffer } from "node:stream/consumers";
import { test } from "node:test";
import zlib from "node:zlib";
import { consoleForTests } from "../lib/browser.mjs";

const { base } = await consoleForTests();

/** What is answered at `path` to a client that takes `coding`, as it came. */
const get = (path, coding) =>
  new Promise((resolve, reject) => {
    const request = http.get(base + path, { headers: { "accept-encoding": coding } }, async (answer) => {
      resolve({ status: answer.statusCode, headers: answer.headers, body: await buffer(answer) });
    });
    request.on("error", reject);
  });

/** Precompressed for those who take it, plain for the rest, the same under one entity tag. */
test("gives the page and what it loads in every coding", async () => {
  const page = (await get("/", "identity")).body.toString();
  const loaded = [...page.matchAll(/(?:src|href)="(\/[^"]+\.(?:js|css|svg))"/g)].map(([, path]) => path);
  assert.ok(loaded.length >= 4, page);
  for (const path of ["/", "/users", ...loaded]) {
    const [plain, gzip, brotli] = await Promise.all(["identity", "gzip", "br"].map((coding) => get(path, coding)));
    assert.deepEqual([plain.status, gzip.status, brotli.status], [200, 200, 200], path);
    assert.equal(plain.headers["content-encoding"], undefined);
    assert.equal(gzip.headers["content-encoding"], "gzip");
    assert.equal(brotli.headers["content-encoding"], "br");
    assert.ok(plain.body.length > 0 && zlib.gunzipSync(gzip.body).equals(plain.body), path);
    assert.ok(zlib.brotliDecompressSync(brotli.body).equals(plain.body), path);
    assert.equal(new Set([plain, gzip, brotli].map(({ headers }) => headers.etag)).size, 1);
    assert.equal(plain.headers.vary, "accept-encoding");
  }
});

/** The compressed forms are no files of their own. */
test("does not name how files are kept", async () => {
  const page = (await get("/", "identity")).body.toString();
  const style = page.match(/href="(\/style[^"]+\.css)"/)[1];
  for (const extension of ["br", "gz"]) {
    assert.equal((await get(`${style}.${extension}`, "identity")).status, 404);
  }
});
