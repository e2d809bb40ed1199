// Added to edge.js for a site with redirects or headers, after its handler is named `pages`.
// `platform_core/hosting/edge_rules.py` writes the entries; tests/rule_routes.json tests both.
const HASHED = /^\/assets\/.*[.-][0-9a-f]{64}\.[A-Za-z0-9.][^\/]*$/;

async function handler(event) {
    if (event.response) {
        return addHeaders(event);
    }
    const request = event.request;
    const rule = isDecodable(request.uri) ? await findRule(request.uri) : null;
    if (rule === null) {
        return pages(event);
    }
    if (rule.status === 200) {
        request.uri = toPage(rule.target);
        return pages(event);
    }
    if (rule.status === 404) {
        request.uri = NOTHING;
        return request;
    }
    const answer = {
        statusCode: rule.status,
        statusDescription: rule.status === 410 ? 'Gone' : 'Redirect',
        headers: { 'cache-control': { value: 'public, max-age=3600' } },
    };
    if (rule.status !== 410) {
        answer.headers.location = { value: withQuery(rule.target, request) };
    }
    return answer;
}

// The pages stay reachable if the rules cannot be read.
async function findRule(uri) {
    // Pages of an older release, open in a browser, still load its assets.
    if (HASHED.test(uri)) {
        return null;
    }
    const path = normalize(uri);
    try {
        const rules = await readSet();
        if (rules === null) {
            return null;
        }
        const key = rules[0] + path;
        if (path.length + rules[0].length <= 512 && await cf.kvs().exists(key)) {
            const entry = await cf.kvs().get(key);
            return entry === '=' ? null : toRule(Number(entry.substring(0, 3)), entry.substring(4));
        }
        const rows = await readList(rules[0] + '#r', Number(rules[1]));
        for (let at = 0; at < rows.length; at++) {
            const values = match(rows[at][0], path);
            if (values !== null) {
                return toRule(rows[at][1], fill(rows[at][2], values));
            }
        }
    } catch (error) {
        console.log('no rules: ' + error);
    }
    return null;
}

function toRule(status, target) {
    return { status: status, target: target };
}

async function addHeaders(event) {
    const response = event.response;
    try {
        // The documentation does not say whether this is the visitor's path or the rewritten one.
        const path = normalize(event.request.uri.replace(/^\/releases\/[^\/]+/, ''));
        const rules = await readSet();
        const rows = rules === null ? [] : await readList(rules[0] + '#h', Number(rules[2]));
        rows.forEach((row) => {
            if (match(row[0], path) !== null) {
                row[1].forEach((pair) => {
                    response.headers[pair[0]] = { value: pair[1] };
                });
            }
        });
    } catch (error) {
        console.log('no headers: ' + error);
    }
    return response;
}

// The hash of the live set, and the numbers of its values with patterns and with headers.
async function readSet() {
    const key = 'rules:' + await readPointer(cf.kvs());
    return await cf.kvs().exists(key) ? (await cf.kvs().get(key)).split('.') : null;
}

async function readList(prefix, count) {
    let text = '';
    for (let at = 0; at < count; at++) {
        text += await cf.kvs().get(prefix + at);
    }
    return text === '' ? [] : JSON.parse(text);
}

function normalize(uri) {
    const parts = trim(uri.replace(/\/index\.html$/, '')).split('/');
    return '/' + parts.map((part) => encodeURIComponent(decodeURIComponent(part))).join('/');
}

function trim(path) {
    return path.replace(/^\/+|\/+$/g, '');
}

function match(source, path) {
    const patterns = trim(source).split('/');
    const parts = trim(path).split('/');
    const values = Object.create(null);
    for (let at = 0; at < patterns.length; at++) {
        if (patterns[at] === '*') {
            values.splat = parts.slice(at).join('/');
            return values;
        }
        if (at >= parts.length) {
            return null;
        }
        if (patterns[at].charAt(0) === ':') {
            values[patterns[at].substring(1)] = parts[at];
        } else if (patterns[at] !== parts[at]) {
            return null;
        }
    }
    return parts.length === patterns.length ? values : null;
}

// A path of two slashes would lead to another host.
function fill(target, values) {
    const filled = target.replace(/:([A-Za-z][A-Za-z0-9_]*)/g, (all, name) =>
        name in values ? values[name] : all);
    return filled.replace(/^[\/\\]+/, '/');
}

function toPage(target) {
    const path = target.split(/[?#]/)[0];
    const leaf = path.substring(path.lastIndexOf('/') + 1);
    return leaf === '' || leaf.includes('.') ? path : path + '/';
}

function withQuery(target, request) {
    if (target.includes('?')) {
        return target;
    }
    const query = queryOf(request);
    const cut = target.indexOf('#') < 0 ? target.length : target.indexOf('#');
    const text = query ? '?' + query : '';
    return target.substring(0, cut) + text + target.substring(cut);
}
