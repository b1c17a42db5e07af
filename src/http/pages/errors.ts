/** `/errors/CODE`: what a problem's `type` leads to, for people and for programs. */
import express from 'express';
import { type Blame, type FailureCode, failure, failures } from '../../errors.ts';
import { type Advice, adviceFor } from './advice.ts';

const isCode = (code: string): code is FailureCode => Object.hasOwn(failures, code);

type Explained = {
  readonly code: string;
  readonly status: number;
  readonly blame: Blame | 'hub';
  readonly vi: string;
  readonly en: string;
  readonly whatToDo: Advice;
};

/** The only code that is not in the table: a bug of ours. */
const ourFault: Explained = {
  ...{ code: 'internal.error', status: 500, blame: 'hub', vi: 'Lỗi nội bộ của Trục', en: 'An error of the hub itself' },
  whatToDo: {
    vi: 'Không phải lỗi của bên gửi. Gửi lại đúng thông điệp đó sau ít phút; nếu vẫn lỗi, báo đơn vị vận hành Trục mã sự cố trong "incident".',
    en: 'Not the sender’s fault. Repeat the very same message in a few minutes; if it fails again, tell the operators the number in "incident".',
  },
};

const explained = (code: FailureCode): Explained => {
  const { blame, status, vi, en } = failures[code];
  return { code, status, blame, vi, en, whatToDo: adviceFor(code) };
};

const policy = "default-src 'none'; style-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'";

/** Codes and sentences come from our own table only: nothing of the request is printed. */
const pageFor = ({ code, status, vi, en, whatToDo }: Explained): string => `<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${code} – LienThong</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/plain.css">
</head>
<body>
<main>
<h1>${vi}</h1>
<p><code>${code}</code> – HTTP ${status}</p>
<p>${whatToDo.vi}</p>
<section lang="en">
<h2>${en}</h2>
<p>${whatToDo.en}</p>
</section>
<p><a href="/docs">Tài liệu API</a></p>
</main>
</body>
</html>
`;

export const errorPages = (): express.Router => {
  const router = express.Router({ caseSensitive: true });
  router.get('/errors/:code', (request, response) => {
    const code = String(request.params.code);
    const found = code === 'internal.error' ? ourFault : isCode(code) ? explained(code) : null;
    if (found === null) throw failure('resource.unknown');
    response.vary('Accept');
    if (request.accepts(['application/json', 'text/html']) === 'text/html')
      response.set('Content-Security-Policy', policy).type('html').send(pageFor(found));
    else response.json(found);
  });
  return router;
};
