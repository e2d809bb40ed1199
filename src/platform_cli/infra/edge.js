// The viewer-request function of every site: from a visitor's path to an object of the live
// release, before the cache is looked up. A flip of the pointer needs no invalidation so, and a
// rollback finds a warm cache. tests/routes.json holds it and the local site server to one table.
import cf from 'cloudfront';

const POINTER = 'live';
const MANIFEST = '/release.json';  // It lists every file of the release, for the builder only.
const NOTHING = '/errors/none';  // No object has this key, so the visitor gets the 404 page.
const FOLDER = /^[A-Za-z0-9._:-]{1,128}$/;
const PLACEHOLDER = '<!doctype html>\n<html lang="en"><meta charset="utf-8">' +
    '<meta name="viewport" content="width=device-width">' +
    '<meta http-equiv="refresh" content="5"><title>Almost there</title>\n' +
    '<p>This site has not been published yet. It appears here as soon as its first build is done.' +
    '</p>\n</html>\n';

async function handler(event) {
    const request = event.request;
    try {
        if (request.uri.startsWith('/assets/')) {
            return request;
        }
        if (decodeURIComponent(request.uri) === MANIFEST) {
            request.uri = NOTHING;
            return request;
        }
        const folder = await cf.kvs().get(POINTER);
        if (!FOLDER.test(folder)) {
            return placeholder();
        }
        const leaf = decodeURIComponent(request.uri.substring(request.uri.lastIndexOf('/') + 1));
        if (leaf !== '' && !leaf.includes('.')) {
            return redirect(request);
        }
        request.uri = '/releases/' + encodeURIComponent(folder) + request.uri +
            (leaf === '' ? 'index.html' : '');
        return request;
    } catch (error) {
        console.log('no release: ' + error);
        return placeholder();
    }
}

// Relative links of a page work only below a path that ends in a slash. Never to another host:
// a path of two slashes would be one.
function redirect(request) {
    const query = [];
    for (const name in request.querystring) {
        const given = request.querystring[name];
        (given.multiValue || [given]).forEach((each) => {
            query.push(each.value === '' ? name : name + '=' + each.value);
        });
    }
    const path = '/' + request.uri.replace(/^\/+/, '') + '/';
    return {
        statusCode: 301,
        statusDescription: 'Moved Permanently',
        headers: {
            location: { value: query.length ? path + '?' + query.join('&') : path },
            'cache-control': { value: 'public, max-age=3600' },
        },
    };
}

function placeholder() {
    return {
        statusCode: 200,
        statusDescription: 'OK',
        headers: {
            'content-type': { value: 'text/html; charset=utf-8' },
            'cache-control': { value: 'no-store' },
            'x-robots-tag': { value: 'noindex' },
        },
        body: { encoding: 'text', data: PLACEHOLDER },
    };
}
