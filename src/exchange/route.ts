/** Where each recipient's copy goes, decided from the directory alone, before anything is promised. */
import type { Envelope, Organization } from '../envelope/types.ts';
import { type Fault, fault, type Warning } from '../errors.ts';
import type { Caller } from '../records/key.ts';
import { collectorFor, type Directory, isOpen, type Organ, organFor, successorFor } from '../records/organ.ts';
import type { Policy } from '../records/policy.ts';
import { nearestNames } from './nearest.ts';

export type Route = {
  /** The addressee's current code; of an unknown one, the code as sent. */
  readonly organ: string;
  readonly redirectedFrom: string | null;
  readonly via: 'inbox' | 'upper';
  /** Only from a hub: nobody here knows the code, so a person must look. */
  readonly parked: boolean;
  /** The system to wake; null where it waits for the upper link. */
  readonly collector: string | null;
  /** Another hub collects it. */
  readonly abroad: boolean;
};

export type Routing = {
  readonly routes: readonly Route[];
  /** Current codes of recipients without a route: each has its fault. */
  readonly unrouted: readonly string[];
  readonly faults: readonly Fault[];
  readonly warnings: readonly Warning[];
};

type Near = { readonly vi: string; readonly en: string };
const nothingNear: Near = { vi: '', en: '' };
/** So many unknown recipients get suggestions; a stranger's list of thousands must not hold up the hub. */
const mostSuggestions = 5;

type Addressed = { readonly route: Route | null; readonly faults: readonly Fault[]; readonly warnings: readonly Warning[] };

const refusedAs = (found: Fault): Addressed => ({ route: null, faults: [found], warnings: [] });

const routeTo = (directory: Directory, organ: Organ, redirectedFrom: string | null): Route => {
  const collector = collectorFor(directory, organ);
  const abroad = !organ.member && collector !== null;
  return { organ: organ.code, redirectedFrom, via: organ.member || abroad ? 'inbox' : 'upper', parked: false, collector, abroad };
};

const unknown = (caller: Caller, code: string, at: string, near: Near): Addressed => {
  const says = {
    vi: `Mã định danh "${code}" không có trong danh mục${near.vi}`,
    en: `"${code}" is not in the directory${near.en}`,
    legacyCode: 'M.MessageHeader.To',
  };
  if (caller.role !== 'hub') return refusedAs(fault('organ.unknown', at, says));
  return {
    route: { organ: code, redirectedFrom: null, via: 'inbox', parked: true, collector: null, abroad: false },
    faults: [],
    warnings: [fault('organ.unknown', at, says)],
  };
};

const closed = (directory: Directory, organ: Organ, policy: Policy, day: string, at: string): Addressed => {
  const successor = policy.closedCode === 'redirect' ? successorFor(directory, organ, day) : null;
  const until = organ.validTo ?? '';
  if (successor === null) {
    return refusedAs(
      fault('organ.closed', at, {
        vi: `Mã ${organ.code} (${organ.name}) đã đóng từ sau ngày ${until}${organ.successor === null ? '' : `; cơ quan kế thừa: ${organ.successor}`}`,
        en: `${organ.code} is closed since ${until}${organ.successor === null ? '' : `; its successor is ${organ.successor}`}`,
      }),
    );
  }
  if (successor.locked)
    return refusedAs(
      fault('organ.locked', at, { vi: `Cơ quan kế thừa ${successor.code} đang bị khóa`, en: `The successor ${successor.code} is locked` }),
    );
  const warning = fault('organ.closed', at, {
    vi: `Mã ${organ.code} đã đóng; văn bản được chuyển tới cơ quan kế thừa ${successor.code} (${successor.name})`,
    en: `${organ.code} is closed; delivered to its successor ${successor.code}`,
  });
  return { route: routeTo(directory, successor, organ.code), faults: [], warnings: [warning] };
};

export type RoutingFacts = {
  readonly directory: Directory;
  readonly caller: Caller;
  readonly policy: Policy /** Vietnamese day. */;
  readonly day: string;
};

/** One recipient, named at the place `at`. */
export const routeFor = (
  { directory, caller, policy, day }: RoutingFacts,
  to: Pick<Organization, 'organId' | 'name'>,
  at: string,
  suggest = true,
): Addressed => {
  const organ = organFor(directory, to.organId);
  if (organ === null) return unknown(caller, to.organId, at, suggest ? nearestNames(directory, to.organId, to.name) : nothingNear);
  // Known, but of no use before its first day: the day is what the sender must hear.
  if (organ.validFrom !== null && organ.validFrom > day)
    return unknown(caller, to.organId, at, { vi: ` trước ngày ${organ.validFrom} (${organ.name})`, en: ` before ${organ.validFrom}` });
  if (!isOpen(organ, day)) return closed(directory, organ, policy, day, at);
  if (organ.locked)
    return refusedAs(
      fault('organ.locked', at, {
        vi: `Cơ quan nhận ${organ.code} (${organ.name}) đang bị khóa`,
        en: `The recipient ${organ.code} is locked`,
      }),
    );
  return { route: routeTo(directory, organ, null), faults: [], warnings: [] };
};

const repeated = (code: string, at: string) =>
  fault('recipient.duplicate', at, {
    vi: `Nơi nhận ${code} được ghi hơn một lần`,
    en: `The recipient ${code} is named more than once`,
    legacyCode: 'M.MessageHeader.To',
  });

/**
 * Every recipient of a document. Naming one organ twice, under any of its codes, is a fault; two that
 * meet only because one was closed become one delivery with a warning.
 */
export const routesFor = (facts: RoutingFacts, envelope: Envelope): Routing => {
  const { directory, caller } = facts;
  const faults: Fault[] = [];
  const warnings: Warning[] = [];
  const unrouted: string[] = [];
  const routes = new Map<string, Route>();
  const named = new Set<string>();
  envelope.to.forEach((to, index) => {
    // A blank one was already reported as missing.
    if ((to.organId as string) === '') return;
    const at = `MessageHeader/To[${index + 1}]/OrganId`;
    const current = organFor(directory, to.organId)?.code ?? to.organId;
    const addressed = routeFor(facts, to, at, faults.length + warnings.length < mostSuggestions);
    faults.push(...addressed.faults);
    warnings.push(...addressed.warnings);
    const { route } = addressed;
    if (named.has(current)) (caller.role === 'hub' ? warnings : faults).push(repeated(to.organId, at));
    else if (route !== null && routes.has(route.organ)) warnings.push(repeated(route.organ, at));
    named.add(current);
    if (route === null) {
      unrouted.push(current);
      return;
    }
    // A direct address outranks a redirection that meets it.
    const before = routes.get(route.organ);
    if (before === undefined || before.redirectedFrom !== null) routes.set(route.organ, route);
  });
  return { routes: [...routes.values()], unrouted, faults, warnings };
};
