import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { RoamgridError } from '@roamgrid/runtime';
import { pathParameter, type Handler, type Route } from '../http/route';

/** The page itself asks for nothing outside of this service. */
const POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Roamgrid roaming API</title>
    <link rel="stylesheet" href="docs/swagger-ui.css" />
    <link rel="icon" type="image/png" href="docs/favicon-32x32.png" />
  </head>
  <body>
    <div id="api"></div>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/start.js"></script>
  </body>
</html>
`;

const START = `SwaggerUIBundle({ url: 'openapi.json', dom_id: '#api', deepLinking: true, docExpansion: 'none', validatorUrl: null });
`;

const FILES: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

/** The routes of the page on which a person reads the document and tries calls. */
export function docsRoutes(): Route[] {
  const common = { method: 'GET', tag: 'about', access: 'open' } as const;
  return [
    {
      ...common,
      path: '/docs',
      id: 'get_docs',
      summary: 'The document as a page to browse and to try calls on',
      answers: { 200: { description: 'the page', schema: { type: 'string' }, mediaType: 'text/html' } },
      handle: (request, response) => {
        if (request.path.endsWith('/')) response.writeHead(301, { location: '../docs' }).end();
        else send('text/html; charset=utf-8', PAGE)(request, response);
      },
    },
    {
      ...common,
      path: '/docs/{file}',
      id: 'get_docs_file',
      summary: 'What the page consists of',
      answers: { 200: { description: 'a script, a style or a picture', schema: { type: 'string' }, mediaType: '*/*' } },
      handle: sendFile,
    },
  ];
}

const files = new Map<string, Buffer>();

const sendFile: Handler = (request, response) => {
  const name = pathParameter(request, 'file');
  if (name === 'start.js') {
    send('text/javascript; charset=utf-8', START)(request, response);
    return;
  }
  const type = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
  if (type === undefined) throw new RoamgridError('object.unknown', `the page has no ${JSON.stringify(name.slice(0, 64))}`);
  send(type, readOnce(name))(request, response);
};

function send(type: string, body: string | Buffer): (...of: Parameters<Handler>) => void {
  return (_request, response) => {
    response.writeHead(200, {
      'content-type': type,
      'content-length': Buffer.byteLength(body),
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
    });
    response.end(body);
  };
}

/** Read when it is first asked for, so that a process that shows no page holds none. */
function readOnce(name: string): Buffer {
  const known = files.get(name);
  if (known) return known;
  const folder = dirname(require.resolve('swagger-ui-dist/package.json'));
  const read = readFileSync(join(folder, name));
  files.set(name, read);
  return read;
}
