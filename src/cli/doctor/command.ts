/** `doctor`: everything the hub relies on, one line each, with what to do (issue: the operator's first question). */
import { access, constants } from 'node:fs/promises';
import { type Config, readConfig } from '../../config.ts';
import type { CommandLine } from '../command.ts';
import { exits } from '../ending.ts';
import { answer, type Terminal } from '../terminal.ts';
import { type Finding, finding, healthWords } from './finding.ts';
import { clockFinding, diskFinding, folderFinding, nodeFinding, syncFinding } from './machine.ts';
import { storeFindings } from './store.ts';
import { anchorFindings, codeFinding, crlFindings, keyFindings } from './trust.ts';

/** A check that itself fails is a finding, too: the others go on. */
const attempt = async (check: string, act: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> =>
  act().catch((error: unknown) => {
    const en = error instanceof Error ? error.message : String(error);
    return [finding(check, 'error', [`Không kiểm tra được: ${en}`, en], 'Kiểm tra quyền truy cập của tài khoản đang chạy')];
  });

/** Without a folder to write in, asking about its disk and its store would only repeat the first line. */
const isUsable = (config: Config): Promise<boolean> =>
  access(config.data, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );

const examine = async (config: Config, now: Date): Promise<readonly Finding[]> => {
  const folder = await folderFinding(config);
  const usable = await isUsable(config);
  return [
    nodeFinding(process.versions.node),
    ...(config.ignored.length === 0
      ? []
      : [
          finding(
            'config',
            'warning',
            [`Biến không có nghĩa: ${config.ignored.join(', ')}`, `Unknown variables: ${config.ignored.join(', ')}`],
            'Có thể viết sai tên',
          ),
        ]),
    ...(await attempt('clock', async () => [await clockFinding(config, now)])),
    folder,
    ...(usable ? await attempt('disk', async () => [await diskFinding(config), await syncFinding(config)]) : []),
    codeFinding(config),
    ...(await attempt('anchors', () => anchorFindings(config, now))),
    ...(await attempt('crls', () => crlFindings(config, now))),
    ...(usable ? await attempt('store', () => storeFindings(config)) : []),
    ...(await attempt('key', () => keyFindings(config, now))),
  ];
};

const lineFor = ({ health, vi, advice }: Finding): string =>
  `${healthWords[health].padEnd(9)} ${vi}${advice === '' ? '' : `\n          → ${advice}`}`;

const doctor = async (terminal: Terminal) => {
  const found = await examine(readConfig(terminal.env), terminal.now());
  const failed = found.some((one) => one.health === 'error');
  answer(terminal, { healthy: !failed, checks: found }, found.map(lineFor));
  return failed ? exits.later : exits.done;
};

export const doctorCommand: CommandLine = {
  name: 'doctor',
  takes: '',
  vi: 'Kiểm tra những gì Trục dựa vào (đồng hồ, ổ đĩa, fsync, chứng thư gốc, kho, khóa) và chỉ cách khắc phục',
  en: 'check what the hub relies on and say what to do; ends 75 when something must be put right',
  example: 'doctor',
  options: [],
  run: (terminal) => doctor(terminal),
};
