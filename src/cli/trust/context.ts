/** What `verify` and `check` judge with: the folders and instants of their options. Nothing is asked over a network. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '../../config.ts';
import type { VerificationContext } from '../../signature/context.ts';
import { readPins, type Trust, trustFrom } from '../../signature/path/trust.ts';
import { type KnownRevocation, revocationFrom } from '../../signature/revocation/known.ts';
import { type Given, textOf } from '../command.ts';
import { exits, Stopped } from '../ending.ts';
import type { Terminal } from '../terminal.ts';
import { rulesOf } from './rules.ts';

const filesIn = (folder: string): ReadonlyMap<string, Uint8Array> =>
  new Map(
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
      .sort((one, other) => (one.name < other.name ? -1 : 1))
      .map((entry) => [entry.name, readFileSync(join(folder, entry.name))]),
  );

/** The hub's own folder may not be there yet. */
const filesIfThere = (folder: string | null): ReadonlyMap<string, Uint8Array> => {
  try {
    return folder === null ? new Map() : filesIn(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw error;
  }
};

/** Of `--anchors DIR`: its self-signed certificates are trusted, because the caller says so. Null without the option. */
export const askedTrust = (given: Given, intermediates: readonly Uint8Array[] = []): Trust | null => {
  const asked = textOf(given, 'anchors');
  return asked === undefined ? null : trustFrom({ anchors: [...filesIn(asked).values()], pins: 'self-signed', intermediates });
};

/** Those asked for, else those that the hub has pinned. */
const trustOf = (terminal: Terminal, given: Given): Trust => {
  const asked = askedTrust(given);
  if (asked !== null) return asked;
  const files = filesIfThere(readConfig(terminal.env).anchors);
  const pins = files.get('anchors.sha256');
  return trustFrom({
    anchors: [...files].filter(([name]) => name !== 'anchors.sha256').map(([, bytes]) => bytes),
    pins: pins === undefined ? [] : readPins(Buffer.from(pins).toString('utf8')),
  });
};

/** `--crls DIR`: every file in it, PEM or DER, CRLs and OCSP answers; else those of the hub. */
const revocationOf = (terminal: Terminal, given: Given): KnownRevocation => {
  const asked = textOf(given, 'crls');
  return revocationFrom([...(asked === undefined ? filesIfThere(readConfig(terminal.env).crls) : filesIn(asked)).values()]);
};

/** The instant of the judgement: an RFC 3339 time, or a Vietnamese day (its end); now when absent. */
const instantOf = (terminal: Terminal, given: Given): Date => {
  const text = textOf(given, 'at');
  if (text === undefined) return terminal.now();
  const at = new Date(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T23:59:59+07:00` : text);
  if (/^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(at.getTime())) return at;
  throw new Stopped(exits.usage, `--at: "${text}" không phải là thời điểm`, `--at: "${text}" is no date or time`);
};

export const contextOf = (terminal: Terminal, given: Given): VerificationContext => ({
  trust: trustOf(terminal, given),
  revocation: revocationOf(terminal, given),
  at: instantOf(terminal, given),
  rules: rulesOf(given).rules,
});
