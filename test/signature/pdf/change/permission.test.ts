/** What the signatures of a document let others change, by every way to say it (ISO 32000-2 12.7.5.5, 12.8.2.2, 12.8.2.4). */
import { describe, expect, it } from 'vitest';
import type { Effect } from '../../../../src/signature/pdf/change/effect.ts';
import { classOf, type Permission, permissionIn } from '../../../../src/signature/pdf/change/permission.ts';
import type { Objects } from '../written.ts';
import { catalogWith, dict, documentOf, formWith, signedForm, widgetWith } from './written.ts';

const asked = ['Ten', 'Don', 'Don.Vi', 'Donut', '*'];
const given = (objects: Objects) => {
  const { locks, ...rest } = permissionIn(documentOf({ ...signedForm, ...objects }).latest);
  return { ...rest, locks: locks.map((isLocked) => asked.filter(isLocked).join(' ')) };
};
const none = { level: null, isCertified: false, hasFieldRules: false, locks: [] as readonly string[] };
const reference = (method: string, parameters: string) => `<< /TransformMethod /${method} ${parameters} >>`;
const signedWith = (...references: readonly string[]): Objects => ({ 15: `<< /Type /Sig /Reference [${references.join(' ')}] >>` });
const parameters = (inside: string) => `/TransformParams << ${inside} >>`;
const locked = (lock: string): Objects => ({ 11: widgetWith({ FT: '/Sig', T: '(Ky)', V: '15 0 R', Lock: lock }) });

describe('DocMDP', () => {
  it.each<readonly [string, number]>([
    [parameters('/P 1'), 1],
    [parameters('/P 2'), 2],
    [parameters('/P 3'), 3],
    [parameters('/P 4'), 1],
    [parameters('/P 0'), 1],
    [parameters('/P (3)'), 2],
    [parameters(''), 2],
    ['', 2],
    ['/TransformParams [3]', 2],
  ])('with %s gives level %d', (inside, level) => {
    expect(given(signedWith(reference('DocMDP', inside)))).toEqual({ ...none, level });
  });
  it('of several references, the lowest level', () => {
    const levels = [3, 1, 2].map((level) => reference('DocMDP', parameters(`/P ${level}`)));
    expect(given(signedWith(...levels)).level).toBe(1);
    expect(given(signedWith(...levels.slice(0, 1), ...levels.slice(2))).level).toBe(2);
  });
  it('is certified when Perms names that signature', () => {
    const certifying = signedWith(reference('DocMDP', parameters('/P 2')));
    expect(given({ ...certifying, 1: catalogWith({ Perms: '<< /DocMDP 15 0 R >>' }) })).toEqual({ ...none, level: 2, isCertified: true });
    expect(given({ ...certifying, 1: catalogWith({ Perms: '<< /DocMDP 11 0 R >>' }) }).isCertified).toBe(false);
    expect(given({ ...certifying, 1: catalogWith({ Perms: '<< /UR3 15 0 R >>' }) }).isCertified).toBe(false);
    expect(given({ ...certifying, 1: catalogWith({ Perms: '[15 0 R]' }) }).isCertified).toBe(false);
  });
  it('is not certified by another transform of the signature that Perms names', () => {
    const perms = { 1: catalogWith({ Perms: '<< /DocMDP 15 0 R >>' }) };
    expect(given({ ...signedWith(reference('FieldMDP', parameters('/Action /All'))), ...perms }).isCertified).toBe(false);
  });
  it('of another method says nothing', () => {
    expect(given(signedWith(reference('UR3', parameters('/P 1'))))).toEqual(none);
  });
  it.each<readonly [string, Objects]>([
    ['whose references are no list', { 15: '<< /Type /Sig /Reference << /TransformMethod /DocMDP >> >>' }],
    ['whose reference is no dictionary', { 15: '<< /Type /Sig /Reference [7] >>' }],
    ['that is no dictionary', { 15: '[1]' }],
    ['in a field of text', { 11: widgetWith({ FT: '/Tx', T: '(Ky)', V: '15 0 R' }), ...signedWith(reference('DocMDP', '')) }],
    ['that no field holds', { 7: formWith({ Fields: '[10 0 R]' }), ...signedWith(reference('DocMDP', '')) }],
  ])('in a signature %s gives nothing', (_, objects) => {
    expect(given(objects)).toEqual(none);
  });
});

describe('FieldMDP', () => {
  it.each<readonly [string, string, number | null]>([
    ['/Action /All', 'Ten Don Don.Vi Donut *', null],
    ['/Action /Include /Fields [(Don)]', 'Don Don.Vi *', null],
    ['/Action /Include /Fields [(Don.Vi)]', 'Don.Vi *', null],
    ['/Action /Include /Fields [(Don) (Ten) 7]', 'Ten Don Don.Vi *', null],
    ['/Action /Include', '*', null],
    ['/Action /Exclude /Fields [(Don)]', 'Ten Donut *', null],
    ['/Action /Exclude', 'Ten Don Don.Vi Donut *', null],
    ['/Fields [(Don)]', 'Ten Don Don.Vi Donut *', null],
    ['/Action (Include) /Fields [(Don)]', 'Ten Don Don.Vi Donut *', null],
    ['/Action /Other /Fields [(Don)]', 'Ten Don Don.Vi Donut *', null],
    ['/Action /Include /P 2', '*', 2],
    ['/Action /Include /P 1', '*', 1],
    ['/Action /Include /P /X', '*', null],
  ])('%s locks %s', (inside, lock, level) => {
    expect(given(signedWith(reference('FieldMDP', parameters(inside))))).toEqual({ ...none, level, hasFieldRules: true, locks: [lock] });
  });
  it('without parameters says nothing', () => {
    expect(given(signedWith(reference('FieldMDP', '')))).toEqual(none);
  });
});

describe('the lock of a field', () => {
  it.each<readonly [string, object]>([
    ['<< /Action /All >>', { locks: ['Ten Don Don.Vi Donut *'] }],
    ['<< /Action /Include /Fields [(Don)] /P 3 >>', { level: 3, locks: ['Don Don.Vi *'] }],
    ['<< /P 1 >>', { level: 1 }],
    ['<< /P (1) >>', {}],
    ['[1]', {}],
  ])('that is signed, %s, counts and permits nothing', (lock, expected) => {
    expect(given(locked(lock))).toEqual({ ...none, ...expected });
  });
  it('that nobody signed counts for nothing', () => {
    expect(given({ 12: dict({ FT: '/Sig', T: '(Trong)', Lock: '<< /Action /All /P 1 >>' }) })).toEqual(none);
  });
});

describe('a change', () => {
  const lock = (field: string) => field === 'Ten' || field === '*';
  const permission = (level: Permission['level'], more: Partial<Permission> = {}): Permission => ({
    ...{ level, isCertified: false, hasFieldRules: false, locks: [] },
    ...more,
  });
  const free = permission(null);
  const certified = (level: Permission['level']) => permission(level, { isCertified: true });
  it.each<readonly [Effect['kind'], string | undefined, string, Permission, string]>([
    ['validation', undefined, 'nothing may change', certified(1), 'validation'],
    ['signature', 'Ky', 'nothing is said', free, 'signature'],
    ['signature', 'Ky', 'nothing may change', permission(1), 'forbidden'],
    ['signature', 'Ky', 'forms may be filled in', permission(2), 'signature'],
    ['signature', 'Ten', 'its field is locked', permission(3, { locks: [lock] }), 'forbidden'],
    ['signature', 'Ky', 'another field is locked', permission(3, { locks: [() => false, lock] }), 'signature'],
    ['signature', undefined, 'a field is locked', permission(null, { locks: [() => true] }), 'signature'],
    ['form', 'Ky', 'nothing is said', free, 'visible'],
    ['form', 'Ky', 'nothing may change', certified(1), 'forbidden'],
    ['form', 'Ky', 'forms may be filled in', certified(2), 'permitted'],
    ['form', 'Ky', 'annotations may come too', certified(3), 'permitted'],
    ['form', 'Ky', 'a level stands where nobody certified', permission(2), 'visible'],
    ['form', 'Ky', 'certified without a level', certified(null), 'visible'],
    ['form', 'Ky', 'FieldMDP leaves it open', permission(null, { hasFieldRules: true, locks: [lock] }), 'permitted'],
    ['form', 'Ten', 'FieldMDP locks it', permission(null, { hasFieldRules: true, locks: [lock] }), 'forbidden'],
    ['form', '*', 'FieldMDP locks another', permission(2, { isCertified: true, locks: [lock] }), 'forbidden'],
    ['annotation', undefined, 'nothing is said', free, 'visible'],
    ['annotation', undefined, 'nothing may change', certified(1), 'forbidden'],
    ['annotation', undefined, 'forms may be filled in', certified(2), 'forbidden'],
    ['annotation', undefined, 'annotations may come', certified(3), 'permitted'],
    ['annotation', undefined, 'annotations, but nobody certified', permission(3), 'visible'],
    ['visible', undefined, 'nothing is said', free, 'visible'],
    ['visible', undefined, 'annotations may come', certified(3), 'forbidden'],
  ])('%s of field %s where %s', (kind, field, _, allowed, expected) => {
    expect(classOf({ kind, what: 'x', ...(field === undefined ? {} : { field }) }, allowed)).toBe(expected);
  });
});
