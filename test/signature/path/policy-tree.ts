/**
 * The policy tree of RFC 5280 6.1, step by step as the RFC tells it and with no thought of speed: the
 * judge of the graph in `policy.ts`, which must come to the same.
 */
const any = '2.5.29.32.0';

export type Link = {
  readonly policies: readonly string[] | null;
  readonly mappings: readonly (readonly [string, string])[];
  readonly requireExplicit: number | null;
  readonly inhibitMapping: number | null;
  readonly inhibitAny: number | null;
  readonly selfIssued: boolean;
};

export type Inputs = {
  readonly acceptable: readonly string[];
  readonly explicit: boolean;
  readonly noMapping: boolean;
  readonly noAny: boolean;
};

type Node = { valid: string; expected: string[]; children: Node[]; parent: Node | null; depth: number };

const walk = (node: Node | null): Node[] => (node === null ? [] : [node, ...node.children.flatMap(walk)]);
const add = (parent: Node, valid: string, expected: string[] = [valid]): void => {
  parent.children.push({ valid, expected, children: [], parent, depth: parent.depth + 1 });
};

export const treeHolds = (path: readonly Link[], inputs: Inputs): boolean => {
  const n = path.length;
  let root: Node | null = { valid: any, expected: [any], children: [], parent: null, depth: 0 };
  let explicit = inputs.explicit ? 0 : n + 1;
  let mapping = inputs.noMapping ? 0 : n + 1;
  let anyLeft = inputs.noAny ? 0 : n + 1;
  const at = (depth: number) => walk(root).filter((node) => node.depth === depth);
  const drop = (node: Node) => {
    if (node.parent === null) root = null;
    else node.parent.children = node.parent.children.filter((one) => one !== node);
  };
  const prune = (below: number) => {
    for (let again = true; again; ) {
      const barren = walk(root).filter((node) => node.depth < below && node.children.length === 0);
      again = barren.length > 0;
      for (const node of barren) drop(node);
    }
  };
  for (const [index, link] of path.entries()) {
    const i = index + 1;
    if (link.policies !== null && root !== null) {
      const above = at(i - 1);
      for (const policy of link.policies.filter((one) => one !== any)) {
        const matching = above.filter((node) => node.expected.includes(policy));
        for (const node of matching) add(node, policy);
        if (matching.length === 0) for (const node of above.filter((one) => one.valid === any)) add(node, policy);
      }
      if (link.policies.includes(any) && (anyLeft > 0 || (i < n && link.selfIssued))) {
        for (const node of above) {
          for (const policy of node.expected) if (!node.children.some((child) => child.valid === policy)) add(node, policy);
        }
      }
      prune(i);
    }
    if (link.policies === null) root = null;
    if (explicit === 0 && root === null) return false;
    if (i === n) {
      if (explicit > 0) explicit -= 1;
      if (link.requireExplicit === 0) explicit = 0;
      break;
    }
    if (link.mappings.some(([from, to]) => from === any || to === any)) return false;
    for (const from of new Set(link.mappings.map(([one]) => one))) {
      const targets = [...new Set(link.mappings.filter(([one]) => one === from).map(([, to]) => to))];
      const nodes = at(i).filter((node) => node.valid === from);
      if (mapping > 0) {
        for (const node of nodes) node.expected = targets;
        if (nodes.length === 0)
          for (const node of at(i).filter((one) => one.valid === any)) if (node.parent) add(node.parent, from, targets);
      } else {
        for (const node of nodes) drop(node);
        prune(i);
      }
    }
    if (!link.selfIssued) {
      explicit = Math.max(0, explicit - 1);
      mapping = Math.max(0, mapping - 1);
      anyLeft = Math.max(0, anyLeft - 1);
    }
    explicit = Math.min(explicit, link.requireExplicit ?? explicit);
    mapping = Math.min(mapping, link.inhibitMapping ?? mapping);
    anyLeft = Math.min(anyLeft, link.inhibitAny ?? anyLeft);
  }
  if (root !== null && !inputs.acceptable.includes(any)) {
    // 6.1.5 g iii: the nodes whose parent is anyPolicy are cut down to what is acceptable.
    const roots = walk(root).filter((node) => node.parent?.valid === any);
    for (const node of roots) if (node.valid !== any && !inputs.acceptable.includes(node.valid)) drop(node);
    const last = at(n).find((node) => node.valid === any);
    if (last?.parent) {
      const { parent } = last;
      for (const policy of inputs.acceptable) if (!roots.some((node) => node.valid === policy)) add(parent, policy);
      drop(last);
    }
    prune(n);
  }
  return explicit > 0 || root !== null;
};
