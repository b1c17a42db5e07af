/** Drops what was not asked for: `undefined` means "not said" at the ports, and must be absent there. */
type Said<Value> = { readonly [Name in keyof Value]: Exclude<Value[Name], undefined> };

export const present = <Value extends object>(value: Value): Said<Value> =>
  // Only entries that are undefined are left out, and those are optional in every query type.
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Said<Value>;
