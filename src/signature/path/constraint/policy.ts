/**
 * Certificate policies (RFC 5280 6.1, with the policy graph of RFC 9618 instead of the policy tree: a
 * tree grows exponentially under hostile mappings, the graph has one node for each policy and level).
 * Qualifiers are not kept: they are text for people and decide nothing.
 */
import { DerError, isContext, oidOf, readWhole, sequenceOf, smallInteger } from '../../asn1/der.ts';
import type { Certificate } from '../certificate.ts';

/** What the relying party asks for (RFC 5280 6.1.1 c, e, f, g). By default nothing. */
export type PolicyDemand = {
  /** `any`, or the OIDs that are acceptable. */
  readonly acceptable: 'any' | readonly string[];
  readonly explicit?: boolean;
  readonly inhibitMapping?: boolean;
  readonly inhibitAny?: boolean;
};

export const noDemand: PolicyDemand = { acceptable: 'any' };

const anyPolicy = '2.5.29.32.0';

type Node = { readonly policy: string; readonly parents: readonly Node[]; expected: readonly string[]; alive: boolean; children: number };
/** One level of the graph, by policy. */
type Level = ReadonlyMap<string, Node>;

/** What one certificate says; null where the extension is absent. */
type Stated = {
  readonly policies: ReadonlySet<string> | null;
  readonly mappings: ReadonlyMap<string, readonly string[]>;
  readonly mapsAny: boolean;
  readonly requireExplicit: number | null;
  readonly inhibitMapping: number | null;
  readonly inhibitAny: number | null;
};

const policiesOf = (value: Uint8Array | undefined): ReadonlySet<string> | null => {
  if (value === undefined) return null;
  const ids = sequenceOf(readWhole(value)).map((item) => oidOf(sequenceOf(item)[0]));
  const set = new Set(ids);
  // RFC 5280 4.2.1.4: no policy more than once.
  if (set.size !== ids.length || set.size === 0) throw new DerError('a policy stands twice, or none does');
  return set;
};

const mappingsOf = (value: Uint8Array | undefined): ReadonlyMap<string, readonly string[]> => {
  const found = new Map<string, string[]>();
  for (const pair of value === undefined ? [] : sequenceOf(readWhole(value))) {
    const [from, to] = sequenceOf(pair).map(oidOf);
    if (from === undefined || to === undefined) throw new DerError('half a mapping');
    const list = found.get(from);
    if (list === undefined) found.set(from, [to]);
    else list.push(to);
  }
  return found;
};

const constraintOf = (value: Uint8Array | undefined, tag: number): number | null => {
  const field = value === undefined ? undefined : sequenceOf(readWhole(value)).find((one) => isContext(one, tag));
  return field === undefined ? null : smallInteger({ ...field, tagClass: 0, tag: 2 });
};

/** Authorities and signers come again with every file. */
const taken = new WeakMap<Certificate, Stated>();

/** Throws DerError for extensions that cannot be read. */
const statedBy = (certificate: Certificate): Stated => {
  const stated = taken.get(certificate) ?? readStated(certificate);
  taken.set(certificate, stated);
  return stated;
};

const readStated = ({ extensions }: Certificate): Stated => {
  const of = (id: string) => extensions.get(id)?.value;
  const mappings = mappingsOf(of('2.5.29.33'));
  const inhibit = of('2.5.29.54');
  return {
    policies: policiesOf(of('2.5.29.32')),
    mappings,
    mapsAny: [...mappings].some(([from, to]) => from === anyPolicy || to.includes(anyPolicy)),
    requireExplicit: constraintOf(of('2.5.29.36'), 0),
    inhibitMapping: constraintOf(of('2.5.29.36'), 1),
    inhibitAny: inhibit === undefined ? null : smallInteger(readWhole(inhibit)),
  };
};

const nodeOf = (policy: string, parents: readonly Node[], expected: readonly string[] = [policy]): Node => {
  for (const parent of parents) parent.children += 1;
  return { policy, parents, expected, alive: true, children: 0 };
};

/** The nodes of a level by the policies they expect below them. */
const expecting = (level: Level): ReadonlyMap<string, readonly Node[]> => {
  const found = new Map<string, Node[]>();
  for (const node of level.values()) {
    for (const policy of new Set(node.expected)) {
      const nodes = found.get(policy);
      if (nodes === undefined) found.set(policy, [node]);
      else nodes.push(node);
    }
  }
  return found;
};

/** Deletes a node, and upwards every node that is left without children (6.1.3 d 3). */
const remove = (node: Node): void => {
  const doomed = [node];
  for (let one = doomed.pop(); one !== undefined; one = doomed.pop()) {
    if (!one.alive) continue;
    one.alive = false;
    for (const parent of one.parents) {
      parent.children -= 1;
      if (parent.children === 0) doomed.push(parent);
    }
  }
};

const living = (level: Level): Level => new Map([...level].filter(([, node]) => node.alive));

/** 6.1.3 d: the next level from what the certificate states. `anyCounts`: its anyPolicy may be used. */
const nextLevel = (above: Level, policies: ReadonlySet<string>, anyCounts: boolean): Level => {
  const wanted = expecting(above);
  const wildcard = above.get(anyPolicy);
  const level = new Map<string, Node>();
  for (const policy of policies) {
    if (policy === anyPolicy) continue;
    const parents = wanted.get(policy) ?? (wildcard === undefined ? [] : [wildcard]);
    if (parents.length > 0) level.set(policy, nodeOf(policy, parents));
  }
  if (policies.has(anyPolicy) && anyCounts) {
    for (const [policy, parents] of wanted) if (!level.has(policy)) level.set(policy, nodeOf(policy, parents));
  }
  for (const node of above.values()) if (node.children === 0) remove(node);
  return level;
};

/** 6.1.4 b: renames what is expected below, or, where mapping is inhibited, deletes what would be renamed. */
const mapped = (level: Level, mappings: Stated['mappings'], allowed: boolean): Level => {
  const result = new Map(level);
  const wildcard = level.get(anyPolicy);
  for (const [from, to] of mappings) {
    const node = result.get(from);
    if (!allowed) {
      if (node !== undefined) remove(node);
    } else if (node !== undefined) node.expected = to;
    else if (wildcard !== undefined) result.set(from, nodeOf(from, wildcard.parents, to));
  }
  return living(result);
};

/** 6.1.5 g: the policies under which the authorities let the certificate stand; `anyPolicy` among them means all. */
const granted = (levels: readonly Level[]): ReadonlySet<string> => {
  const last = levels.at(-1);
  const ofAny = levels.slice(1).flatMap((level) => [...level.values()].filter((node) => node.alive && node.parents.every(isAny)));
  const own = ofAny.filter((node) => node.policy !== anyPolicy).map((node) => node.policy);
  return new Set(last?.get(anyPolicy)?.alive === true ? [...own, anyPolicy] : own);
};
const isAny = (node: Node): boolean => node.policy === anyPolicy;

type Counters = { explicit: number; mapping: number; any: number };

const lower = (counter: number, limit: number | null): number => (limit === null ? counter : Math.min(counter, limit));

/** The counters at the start; what an anchor says of itself narrows them (RFC 5937 3.2). */
const countersFor = (length: number, demand: PolicyDemand, anchor: Certificate | null): Counters => {
  const own = anchor === null ? null : statedBy(anchor);
  return {
    explicit: lower(demand.explicit === true ? 0 : length + 1, own?.requireExplicit ?? null),
    mapping: lower(demand.inhibitMapping === true ? 0 : length + 1, own?.inhibitMapping ?? null),
    any: lower(demand.inhibitAny === true ? 0 : length + 1, own?.inhibitAny ?? null),
  };
};

/** 6.1.4 h–j: certificates that are not self-issued count down, then what the certificate states narrows. */
const countDown = (counters: Counters, stated: Stated, selfIssued: boolean): void => {
  const step = selfIssued ? 0 : 1;
  counters.explicit = lower(Math.max(0, counters.explicit - step), stated.requireExplicit);
  counters.mapping = lower(Math.max(0, counters.mapping - step), stated.inhibitMapping);
  counters.any = lower(Math.max(0, counters.any - step), stated.inhibitAny);
};

/**
 * Whether the policies of a path hold. `path` from the certificate below the anchor down to the leaf;
 * `anchor` null when what it says of itself does not count. Throws DerError for unreadable extensions.
 */
export const policiesHold = (path: readonly Certificate[], anchor: Certificate | null, demand: PolicyDemand): boolean => {
  const counters = countersFor(path.length, demand, anchor);
  const levels: Level[] = [new Map([[anyPolicy, nodeOf(anyPolicy, [])]])];
  let dead = false;
  for (const [i, certificate] of path.entries()) {
    const stated = statedBy(certificate);
    const isLast = i === path.length - 1;
    const selfIssued = certificate.subject.key === certificate.issuer.key;
    const above = levels.at(-1) ?? new Map();
    if (stated.policies === null) dead = true;
    if (!dead) levels.push(living(nextLevel(above, stated.policies ?? new Set(), counters.any > 0 || (!isLast && selfIssued))));
    dead ||= levels.at(-1)?.size === 0;
    if (dead && counters.explicit === 0) return false;
    if (isLast) {
      // 6.1.5 a–b: the leaf counts down too, and may itself demand.
      counters.explicit = Math.max(0, counters.explicit - 1);
      if (stated.requireExplicit === 0) counters.explicit = 0;
      break;
    }
    if (stated.mapsAny) return false;
    if (!dead) levels.push(mapped(levels.pop() ?? new Map(), stated.mappings, counters.mapping > 0));
    dead ||= levels.at(-1)?.size === 0;
    countDown(counters, stated, selfIssued);
  }
  return counters.explicit > 0 || (!dead && isAcceptable(granted(levels), demand));
};

const isAcceptable = (policies: ReadonlySet<string>, { acceptable }: PolicyDemand): boolean =>
  acceptable === 'any' || acceptable.includes(anyPolicy)
    ? policies.size > 0
    : acceptable.length > 0 && (policies.has(anyPolicy) || acceptable.some((one) => policies.has(one)));
