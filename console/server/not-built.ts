/** In place of the page, where its files are not there. */
export const NOT_BUILT = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Tocsin console</title>
<h1>The page of the console is not built</h1>
<p>Stop this and start it again: it is built when it starts.</p>
</html>
`;
