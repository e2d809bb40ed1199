// Added to edge.js for a site with aliases, after the constants DOMAIN and ALIASES: a visitor of an
// alias is redirected to the same address of the main domain. The distribution's own name is none.
async function handler(event) {
    const request = event.request;
    if (!isDecodable(request.uri) || !ALIASES.includes(request.headers.host.value.toLowerCase())) {
        return route(event);
    }
    const query = queryOf(request);
    return {
        statusCode: 301,
        statusDescription: 'Moved Permanently',
        headers: {
            location: { value: 'https://' + DOMAIN + request.uri + (query ? '?' + query : '') },
            'cache-control': { value: 'public, max-age=3600' },
        },
    };
}
