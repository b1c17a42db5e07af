/** `/openapi.json`, and `/docs`: swagger-ui served from this machine under a strict policy, without inline code. */
import { fileURLToPath } from 'node:url';
import express from 'express';

const page = `<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>LienThong – Tài liệu API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<noscript>Trang này cần JavaScript; tài liệu gốc ở /openapi.json.</noscript>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

const start = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#docs', deepLinking: true, validatorUrl: null });
`;

/** For the few pages of text beside the documentation. */
const plainStyle = `html { font: 16px/1.6 'Segoe UI', Roboto, 'Noto Sans', Arial, sans-serif; color: #1c2530; background: #f3f5f8; }
main { max-width: 44rem; margin: 2rem auto; padding: 1.5rem; background: #fff; border: 1px solid #d4dae1; border-top: 4px solid #9b1c1c; }
h1 { font-size: 1.4rem; line-height: 1.35; margin: 0 0 .5rem; }
h2 { font-size: 1.1rem; margin: 1.5rem 0 .25rem; }
code { background: #eef2f6; padding: .1rem .35rem; }
`;

/** swagger-ui draws its icons from data: URLs and sets styles through the object model; nothing else is let in. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const folder = fileURLToPath(new URL('.', import.meta.resolve('swagger-ui-dist/package.json')));
const files = ['swagger-ui.css', 'swagger-ui-bundle.js'];

/** `document` is made at the first request and kept. */
export const docsRouter = (document: () => object): express.Router => {
  const router = express.Router();
  let text: string | null = null;
  router.get('/openapi.json', (_request, response) => {
    text ??= JSON.stringify(document(), null, 2);
    response.type('application/json').send(text);
  });
  router.get(['/docs', '/docs/'], (_request, response) => {
    response.set('Content-Security-Policy', policy).type('html').send(page);
  });
  router.get('/docs/start.js', (_request, response) => {
    response.type('text/javascript').send(start);
  });
  router.get('/docs/plain.css', (_request, response) => {
    response.set('Cache-Control', 'public, max-age=3600').type('text/css').send(plainStyle);
  });
  for (const file of files) {
    router.get(`/docs/${file}`, (_request, response) => {
      response.set('Cache-Control', 'public, max-age=86400');
      response.sendFile(file, { root: folder, cacheControl: false });
    });
  }
  return router;
};
