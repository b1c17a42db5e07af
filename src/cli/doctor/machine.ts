/** What the hub needs of the machine: Node, clock, folder, disk and a true fsync. */
import { randomUUID } from 'node:crypto';
import { access, constants, open, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../config.ts';
import { type Finding, finding, sizeText } from './finding.ts';

const oldestNode = 24;
/** No hub of this version ran before; a clock that says so has lost its battery. */
const earliest = Date.parse('2026-01-01T00:00:00Z');

export const nodeFinding = (version: string): Finding => {
  const fits = Number(version.split('.')[0]) >= oldestNode;
  return finding(
    'node',
    fits ? 'ok' : 'error',
    [`Node.js ${version}`, `Node.js ${version}`],
    fits ? '' : `Cần Node.js ${oldestNode} trở lên`,
  );
};

const changedAt = async (path: string): Promise<number> =>
  stat(path).then(
    (found) => found.mtimeMs,
    () => 0,
  );

/** Receipts, periods and certificates hang on the clock; a store written in the future shows one that went back. */
export const clockFinding = async (config: Config, now: Date): Promise<Finding> => {
  const newest = Math.max(...(await Promise.all(['lienthong.db', 'lienthong.db-wal'].map((name) => changedAt(join(config.data, name))))));
  const shown = now.toISOString();
  const advice = 'Bật đồng bộ thời gian: timedatectl set-ntp true';
  if (now.getTime() < earliest) return finding('clock', 'error', [`Đồng hồ máy sai: ${shown}`, `The clock is wrong: ${shown}`], advice);
  if (newest > now.getTime() + 60_000)
    return finding(
      'clock',
      'error',
      [`Đồng hồ chạy lùi: kho được ghi sau ${shown}`, `The clock went back: the store was written after ${shown}`],
      advice,
    );
  return finding('clock', 'ok', [`Đồng hồ máy: ${shown}`, `The clock says ${shown}`]);
};

export const folderFinding = async (config: Config): Promise<Finding> => {
  const { data } = config;
  const found = await stat(data).catch(() => null);
  if (found === null)
    return finding(
      'folder',
      'warning',
      [`Chưa có thư mục dữ liệu ${data}`, `No data folder ${data} yet`],
      'Sẽ được tạo khi chạy Trục lần đầu; nếu không đúng, đặt LIENTHONG_DATA',
    );
  if (!found.isDirectory())
    return finding('folder', 'error', [`${data} không phải là thư mục`, `${data} is no folder`], 'Đặt lại LIENTHONG_DATA');
  const writable = await access(data, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!writable)
    return finding('folder', 'error', [`Không ghi được vào ${data}`, `${data} is not writable`], `chown -R tài-khoản-chạy-Trục ${data}`);
  if ((found.mode & 0o007) !== 0)
    return finding(
      'folder',
      'warning',
      [`Mọi người dùng của máy đọc được ${data}`, `${data} is open to every user of the machine`],
      `chmod 700 ${data}`,
    );
  return finding('folder', 'ok', [`Thư mục dữ liệu ${data} ghi được`, `The data folder ${data} is writable`]);
};

export const diskFinding = async (config: Config): Promise<Finding> => {
  const { bavail, bsize } = await statfs(config.data);
  const free = bavail * bsize;
  const says = [`Ổ đĩa còn trống ${sizeText(free)}`, `${sizeText(free)} free on disk`] as const;
  if (free < config.diskMin)
    return finding('disk', 'error', says, `Trục từ chối nhận khi còn dưới ${sizeText(config.diskMin)}: thêm dung lượng`);
  if (free < 4 * config.diskMin) return finding('disk', 'warning', says, 'Nên thêm dung lượng sớm');
  return finding('disk', 'ok', says);
};

const rounds = 15;

/** Median time of a small durable write, milliseconds: it bounds how fast envelopes are promised. */
const syncTime = async (folder: string): Promise<number> => {
  const path = join(folder, `.doctor-${randomUUID()}`);
  const handle = await open(path, 'w');
  const times: number[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      const before = performance.now();
      await handle.write(Buffer.alloc(4096, round), 0, 4096, round * 4096);
      await handle.datasync();
      times.push(performance.now() - before);
    }
  } finally {
    await handle.close();
    await rm(path, { force: true });
  }
  return times.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0;
};

export const syncFinding = async (config: Config): Promise<Finding> => {
  const median = await syncTime(config.data);
  const shown = `${median.toFixed(2).replace('.', ',')} ms`;
  const says = [`Ghi bền vững (fdatasync) mất ${shown}`, `A durable write (fdatasync) takes ${shown}`] as const;
  if (median > 50) return finding('fsync', 'warning', says, 'Ổ đĩa quá chậm: nên dùng SSD, tránh ổ mạng (NFS)');
  // No disk answers in 10 µs: a RAM disk, or a layer that does not really write.
  if (median < 0.01)
    return finding('fsync', 'warning', says, 'Nhanh bất thường: ổ RAM hoặc lớp ảo hóa bỏ qua fsync sẽ mất dữ liệu khi mất điện');
  return finding('fsync', 'ok', says);
};
