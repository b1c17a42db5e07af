/** One line of `doctor`: what was looked at, how it stands, and what to do about it. */
export type Health = 'ok' | 'warning' | 'error';

export type Finding = {
  readonly check: string;
  readonly health: Health;
  readonly vi: string;
  readonly en: string;
  /** What to do, Vietnamese; '' where nothing is to be done. */
  readonly advice: string;
};

export const finding = (check: string, health: Health, [vi, en]: readonly [string, string], advice = ''): Finding => ({
  check,
  health,
  vi,
  en,
  advice,
});

export const healthWords: Readonly<Record<Health, string>> = { ok: 'OK', warning: 'CẢNH BÁO', error: 'LỖI' };

/** `12,3 GB`. */
export const sizeText = (bytes: number): string => `${(bytes / 1e9).toFixed(1).replace('.', ',')} GB`;
