/** What a signature lets others change later: DocMDP and FieldMDP (ISO 32000-2 12.8.2.2, 12.8.2.4). */
import type { ChangeClass } from '../../proof.ts';
import { fieldsOf } from '../fields.ts';
import type { View } from '../read/document.ts';
import { isArray, isDict, isName, isString, nameIs, type PdfDict } from '../read/object.ts';
import { textFrom } from '../read/text.ts';
import type { Effect } from './changes.ts';

export type Permission = {
  /** 1 nothing, 2 filling in and signing, 3 annotations too; null: no DocMDP. */
  readonly level: 1 | 2 | 3 | null;
  /** Whether some FieldMDP speaks, and which fields it locks. */
  readonly locks: readonly ((field: string) => boolean)[];
};

const dictAt = (view: View, dict: PdfDict, key: string): PdfDict | null => {
  const value = view.resolve(dict.entries.get(key));
  return isDict(value) ? value : null;
};

const lockOf = (view: View, parameters: PdfDict): ((field: string) => boolean) => {
  const action = view.resolve(parameters.entries.get('Action'));
  const list = view.resolve(parameters.entries.get('Fields'));
  const names = (isArray(list) ? list.items : [])
    .map((item) => view.resolve(item))
    .filter(isString)
    .map((item) => textFrom(item.bytes));
  const isListed = (field: string) => names.some((name) => field === name || field.startsWith(`${name}.`));
  if (isName(action) && action.name === 'Include') return isListed;
  if (isName(action) && action.name === 'Exclude') return (field) => !isListed(field);
  return () => true;
};

/** The permission that the signatures standing in `view` give together. */
export const permissionIn = (view: View): Permission => {
  const levels: number[] = [];
  const locks: ((field: string) => boolean)[] = [];
  for (const field of fieldsOf(view)) {
    const signature = field.type === 'Sig' ? view.resolve(field.value) : null;
    const references = isDict(signature) ? view.resolve(signature.entries.get('Reference')) : null;
    for (const item of isArray(references) ? references.items : []) {
      const reference = view.resolve(item);
      if (!isDict(reference)) continue;
      const parameters = dictAt(view, reference, 'TransformParams');
      const method = view.resolve(reference.entries.get('TransformMethod'));
      const level = parameters === null ? null : view.resolve(parameters.entries.get('P'));
      if (nameIs(method, 'DocMDP')) levels.push(typeof level === 'number' ? level : 2);
      if (nameIs(method, 'FieldMDP') && parameters !== null) locks.push(lockOf(view, parameters));
    }
  }
  const lowest = Math.min(...levels);
  return { level: levels.length === 0 ? null : lowest === 3 ? 3 : lowest === 2 ? 2 : 1, locks };
};

const formClass = (permission: Permission, field: string | undefined): ChangeClass => {
  if (permission.level === 1 || permission.locks.some((isLocked) => isLocked(field ?? ''))) return 'forbidden';
  return permission.level !== null || permission.locks.length > 0 ? 'permitted' : 'visible';
};

/** How a change counts against a signature that gives this permission (contract §3). */
export const classOf = (effect: Effect, permission: Permission): ChangeClass => {
  switch (effect.kind) {
    case 'validation':
      return 'validation';
    case 'signature':
      return permission.level === 1 ? 'forbidden' : 'signature';
    case 'form':
      return formClass(permission, effect.field);
    case 'annotation':
      if (permission.level === 3) return 'permitted';
      return permission.level === null ? 'visible' : 'forbidden';
    case 'visible':
      return permission.level === null ? 'visible' : 'forbidden';
  }
};
