// Reads a network by GraphQL, the strongest part first, page by page.

// The most that a browser lays out in a few seconds.
export const mostNodes = 2000;
export const mostEdges = 6000;

const pages = {
  nodes: `nodes(orderBy: STRENGTH, first: 100, after: $after) { pageInfo { hasNextPage endCursor }
    nodes { speaker { id slug } organization { id slug } label strength degree community } }`,
  edges: `edges(orderBy: WEIGHT, first: 100, after: $after) { pageInfo { hasNextPage endCursor }
    nodes { source { speaker { id } organization { id } } target { speaker { id } organization { id } } weight count
      episodes { date } caseStudies { startedOn endedOn } } }`,
};

// read answers { nodes, links, total: { nodes, edges } }. What changes while it is read is read anew, once.
export async function read(filter, code, progress) {
  try {
    return await readOnce(filter, code, progress);
  } catch (error) {
    if (!error.isOutdated) throw error;
    return readOnce(filter, code, progress);
  }
}

async function readOnce(filter, code, progress) {
  const done = { nodes: 0, edges: 0 };
  const walk = async (what, most) => {
    const all = [];
    let total;
    for (let after = null; ; ) {
      const network = await ask(what, filter, code, after);
      total = network.summary;
      const { nodes, pageInfo } = network[what];
      all.push(...nodes);
      done[what] = all.length;
      progress(done.nodes + done.edges, Math.min(total.nodes, mostNodes) + Math.min(total.edges, mostEdges));
      if (!pageInfo.hasNextPage || all.length >= most) return { all: all.slice(0, most), total };
      after = pageInfo.endCursor;
    }
  };
  const [nodes, edges] = await Promise.all([walk('nodes', mostNodes), walk('edges', mostEdges)]);
  const places = new Map();
  for (const n of nodes.all) {
    const { id, slug } = n.speaker ?? n.organization;
    places.set(id, { id, slug, label: n.label, strength: n.strength, degree: n.degree, community: n.community, isOrganization: !n.speaker });
  }
  const links = [];
  for (const e of edges.all) {
    const [source, target] = [e.source, e.target].map((end) => places.get((end.speaker ?? end.organization).id));
    if (source && target) links.push({ source, target, weight: e.weight, count: e.count, years: years(e) });
  }
  return { nodes: [...places.values()], links, total: nodes.total };
}

// years are those in which the two came together; none where no date is known.
function years(edge) {
  const found = new Set();
  for (const { date } of edge.episodes) if (date) found.add(Number(date.slice(0, 4)));
  for (const { startedOn, endedOn } of edge.caseStudies) {
    const first = Number((startedOn ?? endedOn)?.slice(0, 4));
    const last = Math.min(Number((endedOn ?? startedOn)?.slice(0, 4)), first + 50);
    for (let year = first; year <= last; year++) found.add(year);
  }
  return [...found].sort((a, b) => a - b);
}

async function ask(what, filter, code, after) {
  const [declared, field] = code ? ['$code: String!', 'network: networkSnapshot(code: $code)'] : ['$filter: NetworkFilter', 'network(filter: $filter)'];
  const query = `query (${declared}, $after: String) { ${field} { summary { nodes edges } ${pages[what]} } }`;
  const body = { query, variables: code ? { code, after } : { filter, after } };
  const address = `/graphql?${new URLSearchParams({ query, variables: JSON.stringify(body.variables) })}`;
  // By GET an answer that a cache has is not made again.
  const answer = await (address.length < 8000
    ? fetch(address)
    : fetch('/graphql', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }));
  const { data, errors } = await answer.json();
  if (!data?.network) {
    const error = new Error(errors?.[0]?.message ?? 'no such network');
    error.isOutdated = after !== null && errors?.[0]?.extensions?.code === 'BAD_USER_INPUT';
    throw error;
  }
  return data.network;
}
