/** The page that is shown while the console is not built. */
export const NOT_BUILT = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="refresh" content="2">
<title>Tocsin console</title>
<h1>The page of the console is not built yet</h1>
<p>It is built once, which takes some seconds; this page looks again by itself. When it stays away, the terminal says why.</p>
</html>
`;
