/** Whether the store opens, takes a commit, and still holds what was sealed. */
import type { Config } from '../../config.ts';
import type { Hub } from '../../hub.ts';
import type { OpenHub } from '../../open.ts';
import { checkChain } from '../../oversight/journal.ts';
import { grouped } from '../../oversight/numerals.ts';
import { brokerFindings } from './broker.ts';
import { type Finding, finding } from './finding.ts';

const chainFinding = async (hub: Hub): Promise<Finding> => {
  const chain = await checkChain(hub);
  if (chain.brokenAt !== null) {
    const says = [`Nhật ký bị sửa hoặc mất dòng tại số ${chain.brokenAt}`, `The journal was altered at ${chain.brokenAt}`] as const;
    return finding('journal', 'error', says, 'Giữ nguyên máy, sao lưu và báo ngay người phụ trách an toàn thông tin');
  }
  return finding('journal', 'ok', [
    `Nhật ký nguyên vẹn: ${grouped(chain.sealed)} dòng đã niêm phong, ${grouped(chain.unsealed)} dòng chờ`,
    `The journal is intact: ${chain.sealed} sealed, ${chain.unsealed} waiting`,
  ]);
};

/** What the store is, whether it takes a commit now, and a line for each thing that should be known of it. */
const healthFindings = async (hub: Hub): Promise<readonly Finding[]> => {
  const { ready, degraded, refusal, parts } = await hub.health();
  const store = parts.find(({ name }) => name === 'store');
  const what = store?.what ?? '';
  const remarks = (store?.remarks ?? []).map(({ vi, en }) => finding('store', 'warning', [vi, en]));
  if (ready)
    return [finding('store', 'ok', [`Kho mở được và ghi được: ${what}`, `The store opens and takes commits: ${what}`]), ...remarks];
  const says = [
    `Trục đang từ chối nhận (${refusal}; ${degraded.join(', ')}): ${what}`,
    `The hub refuses envelopes: ${refusal}: ${what}`,
  ] as const;
  const advice = refusal === 'disk.low' ? 'Thêm dung lượng ổ đĩa' : 'Xem nhật ký của Trục, quyền của thư mục dữ liệu và máy chủ của kho';
  return [finding('store', 'error', says, advice), ...remarks];
};

const directoryFinding = async (hub: Hub): Promise<Finding> => {
  const { organs, systems } = await hub.organs.directory();
  const members = [...organs.values()].filter((organ) => organ.member).length;
  const says = [
    `Danh mục: ${grouped(organs.size)} cơ quan (${grouped(members)} thuộc Trục), ${grouped(systems.size)} hệ thống`,
    `Directory: ${organs.size} organs, ${members} members, ${systems.size} systems`,
  ] as const;
  return members === 0
    ? finding('directory', 'warning', says, 'Nhập danh mục: lienthong organs import TỆP.csv')
    : finding('directory', 'ok', says);
};

/** The folder is there and writable: the caller has looked. */
export const storeFindings = async (config: Config): Promise<readonly Finding[]> => {
  let hub: OpenHub;
  try {
    const { openHub } = await import('../../open.ts');
    hub = await openHub(config);
  } catch (error) {
    const en = error instanceof Error ? error.message : String(error);
    const advice =
      config.store === 'sqlite'
        ? 'Kiểm tra LIENTHONG_DATA, quyền thư mục và phiên bản phần mềm'
        : 'Kiểm tra LIENTHONG_STORE; cần MongoDB 6.0 trở lên chạy thành replica set (spec/operations.md)';
    return [finding('store', 'error', [`Không mở được kho: ${en}`, en], advice)];
  }
  try {
    return [...(await healthFindings(hub)), await directoryFinding(hub), await chainFinding(hub), ...(await brokerFindings(hub))];
  } finally {
    await hub.close();
  }
};
