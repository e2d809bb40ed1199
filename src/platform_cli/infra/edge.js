// The viewer-request function of every site: from a visitor's path to an object of the live
// release, before the cache is looked up. A flip of the pointer needs no invalidation so, and a
// rollback finds a warm cache. tests/routes.json holds it and the local site server to one table.
import cf from 'cloudfront';

const POINTER = 'live';
const MANIFEST = '/release.json';  // It lists every file of the release, for the builder only.
const NOTHING = '/errors/none';  // No object has this key, so the visitor gets the 404 page.
const FOLDER = /^[A-Za-z0-9._:-]{1,128}$/;
const UNPUBLISHED = page('Almost there', 'This site has not been published yet. ' +
    'It appears here as soon as its first build is done.');
const UNAVAILABLE = page('One moment', 'This site is unavailable for a moment.');

async function handler(event) {
    const request = event.request;
    if (!isDecodable(request.uri)) {
        return { statusCode: 400, statusDescription: 'Bad Request' };
    }
    if (request.uri.startsWith('/assets/')) {
        return request;
    }
    if (decodeURIComponent(request.uri) === MANIFEST) {
        request.uri = NOTHING;
        return request;
    }
    let release;
    try {
        release = await readPointer(cf.kvs());
    } catch (error) {
        console.log('no pointer: ' + error);
        return unavailable(UNAVAILABLE);
    }
    if (release === null) {
        return unavailable(UNPUBLISHED);
    }
    if (!FOLDER.test(release)) {
        console.log('not a release: ' + release);
        return unavailable(UNAVAILABLE);
    }
    const folder = request.uri.substring(0, request.uri.lastIndexOf('/') + 1);
    const leaf = decodeURIComponent(request.uri.substring(folder.length));
    if (leaf !== '' && !leaf.includes('.')) {
        return redirect(request);
    }
    request.uri = '/releases/' + encodeURIComponent(release) + request.uri +
        (leaf === '' ? 'index.html' : '');
    return request;
}

function isDecodable(uri) {
    try {
        decodeURIComponent(uri);
        return true;
    } catch (error) {
        return false;
    }
}

// The folder of the live release, or null before the first one. `get` throws for a missing key and
// for a store that cannot be read. Only `exists` tells the two apart, and costs a second read, so
// it is asked on a failure only.
async function readPointer(store) {
    try {
        return await store.get(POINTER);
    } catch (error) {
        if (String(error).includes('KeyNotFound') || !(await store.exists(POINTER))) {
            return null;
        }
        throw error;
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

// 503, so that search engines come back later and remove no page of a live site.
function unavailable(data) {
    return {
        statusCode: 503,
        statusDescription: 'Service Unavailable',
        headers: {
            'content-type': { value: 'text/html; charset=utf-8' },
            'cache-control': { value: 'no-store' },
            'retry-after': { value: '5' },
            'x-robots-tag': { value: 'noindex' },
        },
        body: { encoding: 'text', data: data },
    };
}

function page(title, text) {
    return '<!doctype html>\n<html lang="en"><meta charset="utf-8">' +
        '<meta name="viewport" content="width=device-width">' +
        '<meta http-equiv="refresh" content="5"><title>' + title + '</title>\n' +
        '<p>' + text + '</p>\n</html>\n';
}
