/** Whether the store opens, takes a commit, and still holds what was sealed. */
import type { Config } from '../../config.ts';
import type { Hub } from '../../hub.ts';
import type { OpenHub } from '../../open.ts';
import { checkChain } from '../../oversight/journal.ts';
import { grouped } from '../../oversight/numerals.ts';
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

const healthFinding = async (hub: Hub): Promise<Finding> => {
  const { ready, degraded, refusal } = await hub.health();
  if (ready) return finding('store', 'ok', ['Kho mở được và ghi được', 'The store opens and takes commits']);
  const says = [`Trục đang từ chối nhận (${refusal}; ${degraded.join(', ')})`, `The hub refuses envelopes: ${refusal}`] as const;
  return finding(
    'store',
    'error',
    says,
    refusal === 'disk.low' ? 'Thêm dung lượng ổ đĩa' : 'Xem nhật ký của Trục và quyền của thư mục dữ liệu',
  );
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
    return [finding('store', 'error', [`Không mở được kho: ${en}`, en], 'Kiểm tra LIENTHONG_DATA, quyền thư mục và phiên bản phần mềm')];
  }
  try {
    return [await healthFinding(hub), await directoryFinding(hub), await chainFinding(hub)];
  } finally {
    await hub.close();
  }
};
