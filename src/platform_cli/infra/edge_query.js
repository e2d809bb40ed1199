function queryOf(request) {
    const query = [];
    for (const name in request.querystring) {
        const given = request.querystring[name];
        (given.multiValue || [given]).forEach((each) => {
            query.push(each.value === '' ? name : name + '=' + each.value);
        });
    }
    return query.join('&');
}
