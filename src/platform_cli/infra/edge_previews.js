// Added to edge.js for a site with previews, after the constants PREVIEW_COOKIE and HAS_RULES: a
// visitor with the cookie of a preview gets its objects. Their keys differ from those of releases
// before the cache is looked up, so that it never serves one for the other.
// tests/preview_routes.json holds it and the local site server to one table.
async function handler(event) {
    const request = event.request;
    const token = tokenOf(request);
    if (event.response) {
        const response = HAS_RULES ? await site(event) : event.response;
        return token === null ? response : unlisted(response);
    }
    if (!isDecodable(request.uri)) {
        return site(event);
    }
    if (hasDots(request.uri)) {
        request.uri = NOTHING;
        return request;
    }
    if (request.uri.startsWith('/_preview/')) {
        return openPreview(request, decodeURIComponent(request.uri.substring(10)));
    }
    const preview = token === null ? null : await findPreview(token);
    if (preview === null) {
        return site(event);
    }
    if (decodeURIComponent(request.uri) === MANIFEST) {
        request.uri = NOTHING;
        return request;
    }
    const leaf = decodeURIComponent(request.uri.substring(request.uri.lastIndexOf('/') + 1));
    if (leaf !== '' && !leaf.includes('.')) {
        return unlisted(redirect(request));
    }
    request.uri = '/previews/' + encodeURIComponent(preview.folder) + request.uri +
        (leaf === '' ? 'index.html' : '');
    return request;
}

// A path with them could lead from one prefix of the bucket to another.
function hasDots(uri) {
    const parts = decodeURIComponent(uri).split('/');
    return parts.includes('..') || parts.includes('.');
}

async function openPreview(request, token) {
    const preview = token === '' ? null : await findPreview(token);
    if (token !== '' && preview === null) {
        request.uri = NOTHING;
        return request;
    }
    const seconds = preview === null ? 0 : Math.floor(preview.end - Date.now() / 1000);
    const attributes = 'Path=/; HttpOnly; Secure; SameSite=Lax; Max-Age=' + seconds;
    const answer = unlisted({
        statusCode: 302,
        statusDescription: 'Found',
        headers: { location: { value: '/' } },
    });
    answer.cookies = {};
    answer.cookies[PREVIEW_COOKIE] = { value: token, attributes: attributes };
    return answer;
}

function tokenOf(request) {
    const cookie = (request.cookies || {})[PREVIEW_COOKIE];
    return cookie && cookie.value ? cookie.value : null;
}

// Null for a token that opens none, and if the store cannot be read: the live site stays reachable.
async function findPreview(token) {
    const key = 'preview:' + crypto.createHash('sha256').update(token).digest('hex');
    try {
        if (!(await cf.kvs().exists(key))) {
            return null;
        }
        const parts = (await cf.kvs().get(key)).split(' ');
        const preview = { end: Number(parts[0]), folder: parts[1] };
        return preview.end > Date.now() / 1000 && FOLDER.test(preview.folder) ? preview : null;
    } catch (error) {
        console.log('no preview: ' + error);
        return null;
    }
}

function unlisted(response) {
    response.headers['cache-control'] = { value: 'no-store' };
    response.headers['x-robots-tag'] = { value: 'noindex' };
    response.headers['referrer-policy'] = { value: 'no-referrer' };
    return response;
}
