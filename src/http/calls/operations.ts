/** Who this hub is and whether it is well: open to everybody, with no agency content. */
import type { Health, Hub } from '../../hub.ts';
import { call } from '../call.ts';
import { hubFacts, live, ready, readyQuery } from '../shapes/operations.ts';

/** Load balancers ask often; the store need not be tried for each of them, in milliseconds. */
const healthLastsMs = 1000;

/** One health check a second at most, whoever asks. */
const cachedHealth = (): ((hub: Hub) => Promise<Health>) => {
  const found = new WeakMap<Hub, { at: number; health: Promise<Health> }>();
  return (hub) => {
    const known = found.get(hub);
    if (known !== undefined && performance.now() - known.at < healthLastsMs) return known.health;
    const health = hub.health().catch((): Health => ({ ready: false, degraded: ['store'], refusal: 'store.unavailable', parts: [] }));
    found.set(hub, { at: performance.now(), health });
    return health;
  };
};
export const healthOf = cachedHealth();

export const operationCalls = [
  call({
    method: 'get',
    path: '/v1/hub',
    name: 'showHub',
    group: 'Vận hành',
    vi: 'Trục này: mã, tên, phiên bản, chứng thư số ký xác nhận',
    en: 'This hub: code, name, version, certificates of its receipts',
    access: 'open',
    answers: { 200: { description: 'Trục', content: { 'application/json': hubFacts } } },
    refusals: [],
    run: async ({ hub, response }) => {
      const { code, name, version, signer } = hub;
      response.json({ code, name, version, certificates: signer.certificates });
    },
  }),
  call({
    method: 'get',
    path: '/livez',
    name: 'live',
    group: 'Vận hành',
    vi: 'Tiến trình còn chạy',
    en: 'The process is alive',
    access: 'unlimited',
    answers: { 200: { description: 'Còn chạy', content: { 'application/json': live } } },
    refusals: [],
    run: async ({ response }) => {
      response.json({ live: true });
    },
  }),
  call({
    method: 'get',
    path: '/readyz',
    name: 'ready',
    group: 'Vận hành',
    vi: 'Có nhận được thông điệp ngay bây giờ không; ?verbose: từng thành phần (kho, hàng đợi)',
    en: 'Whether an envelope would be accepted now; ?verbose: each part (store, broker)',
    access: 'unlimited',
    query: readyQuery,
    answers: {
      200: { description: 'Có; degraded nêu những gì còn thiếu', content: { 'application/json': ready } },
      503: { description: 'Không', content: { 'application/json': ready } },
    },
    refusals: [],
    run: async ({ hub, closing, query, response }) => {
      const health = await healthOf(hub);
      const isReady = health.ready && !closing.aborted;
      const isVerbose = query.verbose !== undefined && query.verbose !== 'false';
      const parts = isVerbose ? { parts: health.parts } : {};
      if (!isReady) response.set('Retry-After', '5');
      response.status(isReady ? 200 : 503).json({ ready: isReady, degraded: health.degraded, refusal: health.refusal, ...parts });
    },
  }),
];
