/**
 * What a signature lets others change later: DocMDP and FieldMDP (ISO 32000-2 12.8.2.2, 12.8.2.4), and the
 * lock of the signed field (12.7.5.5). Whatever restricts counts wherever it stands; what permits counts
 * only as the format has it: DocMDP through the catalog's Perms, FieldMDP through the signature.
 */

import type { ChangeClass } from '../../proof.ts';
import { catalogOf, childOf, fieldsOf } from '../fields.ts';
import type { View } from '../read/document.ts';
import { isArray, isDict, isName, isString, nameIs, type PdfDict } from '../read/object.ts';
import { textFrom } from '../read/text.ts';
import { type Effect, every, itemsAt } from './effect.ts';

export type Permission = {
  /** 1 nothing, 2 filling in and signing, 3 annotations too; null: no DocMDP. */
  readonly level: 1 | 2 | 3 | null;
  /** Whether the catalog's Perms names the certifying signature: without, the level only restricts. */
  readonly isCertified: boolean;
  /** Whether a FieldMDP speaks: the fields it does not lock may be filled in. */
  readonly hasFieldRules: boolean;
  readonly locks: readonly ((field: string) => boolean)[];
};

const lockOf = (view: View, parameters: PdfDict): ((field: string) => boolean) => {
  const action = childOf(view, parameters, 'Action');
  const names = itemsAt(view, parameters.entries.get('Fields'))
    .map((item) => view.resolve(item))
    .filter(isString)
    .map((item) => textFrom(item.bytes));
  const isListed = (field: string) => names.some((name) => field === name || field.startsWith(`${name}.`));
  const isLocked = (field: string) => {
    if (isName(action) && action.name === 'Include') return isListed(field);
    return !(isName(action) && action.name === 'Exclude') || !isListed(field);
  };
  return (field) => field === every || isLocked(field);
};

type Rules = {
  readonly levels: number[];
  readonly locks: ((field: string) => boolean)[];
  hasFieldRules: boolean;
  readonly certifying: Set<PdfDict>;
};

const readReference = (view: View, signature: PdfDict, reference: PdfDict, rules: Rules): void => {
  const given = childOf(view, reference, 'TransformParams');
  const parameters = isDict(given) ? given : null;
  const method = childOf(view, reference, 'TransformMethod');
  if (nameIs(method, 'DocMDP')) {
    const level = parameters === null ? null : childOf(view, parameters, 'P');
    // 2 is what the format has where none is given.
    rules.levels.push(typeof level === 'number' ? level : 2);
    rules.certifying.add(signature);
  }
  if (nameIs(method, 'FieldMDP') && parameters !== null) {
    rules.hasFieldRules = true;
    rules.locks.push(lockOf(view, parameters));
    // PDF 2.0 lets an approval signature lower the level through its field's lock.
    const level = childOf(view, parameters, 'P');
    if (typeof level === 'number') rules.levels.push(level);
  }
};

/** The permission that the signatures standing in `view` give together: the lowest level, every lock. */
export const permissionIn = (view: View): Permission => {
  const rules: Rules = { levels: [], locks: [], hasFieldRules: false, certifying: new Set() };
  for (const field of fieldsOf(view)) {
    const signature = field.type === 'Sig' ? view.resolve(field.value) : null;
    if (!isDict(signature)) continue;
    const references = childOf(view, signature, 'Reference');
    for (const item of isArray(references) ? references.items : []) {
      const reference = view.resolve(item);
      if (isDict(reference)) readReference(view, signature, reference, rules);
    }
    const lock = childOf(view, field.dict, 'Lock');
    if (!isDict(lock)) continue;
    if (lock.entries.has('Action')) rules.locks.push(lockOf(view, lock));
    const level = childOf(view, lock, 'P');
    if (typeof level === 'number') rules.levels.push(level);
  }
  const catalog = catalogOf(view);
  const perms = catalog === null ? null : childOf(view, catalog, 'Perms');
  const certifying = isDict(perms) ? childOf(view, perms, 'DocMDP') : null;
  const lowest = Math.min(...rules.levels);
  return {
    level: rules.levels.length === 0 ? null : lowest === 3 ? 3 : lowest === 2 ? 2 : 1,
    isCertified: isDict(certifying) && rules.certifying.has(certifying),
    hasFieldRules: rules.hasFieldRules,
    locks: rules.locks,
  };
};

const isLocked = (permission: Permission, field: string | undefined): boolean =>
  field !== undefined && permission.locks.some((locks) => locks(field));

const formClass = (permission: Permission, field: string | undefined): ChangeClass => {
  if (permission.level === 1 || isLocked(permission, field)) return 'forbidden';
  return permission.hasFieldRules || (permission.level !== null && permission.isCertified) ? 'permitted' : 'visible';
};

const annotationClass = (permission: Permission): ChangeClass => {
  if (permission.level === 3) return permission.isCertified ? 'permitted' : 'visible';
  return permission.level === null ? 'visible' : 'forbidden';
};

/** How a change counts against a signature that gives this permission (contract §3). */
export const classOf = (effect: Effect, permission: Permission): ChangeClass => {
  switch (effect.kind) {
    case 'validation':
      return 'validation';
    case 'signature':
      return permission.level === 1 || isLocked(permission, effect.field) ? 'forbidden' : 'signature';
    case 'form':
      return formClass(permission, effect.field);
    case 'annotation':
      return annotationClass(permission);
    case 'visible':
      return permission.level === null ? 'visible' : 'forbidden';
  }
};
