// Runs the edge function over a table of routes, as CloudFront would: reads {"code", "rows"} from
// stdin, writes what the function made of each row to stdout. A pointer of null is a missing key,
// for which CloudFront's store throws. `fault` names the calls of a store that fails. A row with
// `count` gets the number of reads of the store in place of the answer.
import { readFileSync, writeFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const { code, rows } = JSON.parse(readFileSync(0, 'utf8'));
globalThis.console.log = () => {};
const folder = mkdtempSync(join(tmpdir(), 'edge-'));
writeFileSync(join(folder, 'cloudfront.mjs'), `
export default { kvs: () => ({
    get: async (key) => {
        globalThis.reads += 1;
        const { pointer, fault, message } = globalThis.row;
        if (fault) throw new Error('InternalError');
        if (globalThis.row.store && key in globalThis.row.store) return globalThis.row.store[key];
        if (key !== 'live' || pointer === null) throw new Error(message ?? 'KeyNotFound');
        return pointer;
    },
    exists: async (key) => {
        globalThis.reads += 1;
        const { pointer, fault } = globalThis.row;
        if (fault === 'exists') throw new Error('InternalError');
        if (globalThis.row.store && key in globalThis.row.store) return true;
        return key === 'live' && pointer !== null;
    },
}) };`);
const local = code.replace("from 'cloudfront'", "from './cloudfront.mjs'") + '\nexport { handler };\n';
writeFileSync(join(folder, 'edge.mjs'), local);
const { handler } = await import(pathToFileURL(join(folder, 'edge.mjs')));

const seen = [];
for (const row of rows) {
    globalThis.row = row;
    globalThis.reads = 0;
    const request = { method: 'GET', uri: row.path, querystring: row.querystring ?? {}, headers: row.host ? { host: { value: row.host } } : {}, cookies: row.cookies ?? {} };
    const event = { version: '1.0', request };
    if (row.response) event.response = row.response;
    const answer = await handler(event);
    seen.push(row.count ? { reads: globalThis.reads } : answer);
}
process.stdout.write(JSON.stringify(seen));
