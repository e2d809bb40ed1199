// Runs the edge function over a table of routes, as CloudFront would: reads {"code", "rows"} from
// stdin, writes what the function made of each row to stdout. A pointer of null is a missing key,
// for which CloudFront's store throws.
import { readFileSync, writeFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const { code, rows } = JSON.parse(readFileSync(0, 'utf8'));
globalThis.console.log = () => {};
const folder = mkdtempSync(join(tmpdir(), 'edge-'));
writeFileSync(join(folder, 'cloudfront.mjs'), `
export default { kvs: () => ({ get: async (key) => {
    if (key !== 'live' || globalThis.pointer === null) throw new Error('KeyNotFound');
    return globalThis.pointer;
} }) };`);
const local = code.replace("from 'cloudfront'", "from './cloudfront.mjs'") + '\nexport { handler };\n';
writeFileSync(join(folder, 'edge.mjs'), local);
const { handler } = await import(pathToFileURL(join(folder, 'edge.mjs')));

const seen = [];
for (const row of rows) {
    globalThis.pointer = row.pointer;
    const request = { method: 'GET', uri: row.path, querystring: row.querystring ?? {}, headers: {}, cookies: {} };
    seen.push(await handler({ version: '1.0', request }));
}
process.stdout.write(JSON.stringify(seen));
