/** `/errors/CODE`: what a problem's `type` leads to, for people and for programs. */
import express from 'express';
import { type Blame, type FailureCode, failure, failures } from '../errors.ts';

const advice: Readonly<Record<Blame, { readonly vi: string; readonly en: string }>> = {
  sender: {
    vi: 'Bên gửi sửa yêu cầu hoặc thông điệp theo từng lỗi trong "errors" (vị trí ở "at") rồi gửi lại; gửi lại nguyên như cũ sẽ bị từ chối như cũ.',
    en: 'Repair the request or message by each entry of "errors" (its place is in "at") and send again; repeated unchanged it is refused again.',
  },
  caller: {
    vi: 'Bên gọi cần có khóa, quyền hoặc hạn mức phù hợp; liên hệ đơn vị quản trị Trục nếu cần.',
    en: 'The caller needs the right key, role or rate; ask the administrators of the hub.',
  },
  dependency: {
    vi: 'Không phải lỗi của bên gửi. Chờ số giây ghi ở Retry-After rồi gửi lại đúng thông điệp đó: Trục nhận ra thông điệp đã nhận và trả lại biên nhận cũ.',
    en: 'Not the sender’s fault. Wait the seconds of Retry-After and send the very same message: one that was already taken gets its receipt again.',
  },
};

const isCode = (code: string): code is FailureCode => Object.hasOwn(failures, code);

const explained = (code: FailureCode) => {
  const { blame, status, vi, en } = failures[code];
  return { code, status, blame, vi, en, whatToDo: advice[blame] };
};

const policy = "default-src 'none'; style-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'";

/** Codes and sentences come from our own table only: nothing of the request is printed. */
const pageFor = ({ code, status, vi, en, whatToDo }: ReturnType<typeof explained>): string => `<!doctype html>
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
    if (!isCode(code)) throw failure('resource.unknown');
    response.vary('Accept');
    const found = explained(code);
    if (request.accepts(['application/json', 'text/html']) === 'text/html')
      response.set('Content-Security-Policy', policy).type('html').send(pageFor(found));
    else response.json(found);
  });
  return router;
};
