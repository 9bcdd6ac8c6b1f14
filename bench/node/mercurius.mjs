// The contender mercurius: Fastify with Mercurius, its JIT and its loaders, over the exported tables. One statement answers one
// level of a query; statements have names, so that PostgreSQL prepares each once for a connection.
// Arguments: port, address of the database, connections to it.
import Fastify from "fastify";
import mercurius from "mercurius";
import pg from "pg";

const [port, database, pool] = process.argv.slice(2);
const db = new pg.Pool({ connectionString: database, max: Number(pool) });

const schema = `
  type Query {
    episodes(first: Int! = 20, after: String): EpisodeConnection!
    organization(id: ID!): Organization
    speaker(id: ID!): Speaker
  }
  type EpisodeConnection { nodes: [Episode!]! }
  type Episode {
    id: ID!
    title: String!
    date: String
    appearances: [Appearance!]!
    organizations: [Organization!]!
    resources: [Resource!]!
  }
  type Appearance { role: String! creditedName: String! speaker: Speaker! }
  type Speaker { id: ID! name: String! }
  type Organization {
    id: ID!
    name: String!
    caseStudies(first: Int! = 20): CaseStudyConnection!
    episodes(first: Int! = 20): EpisodeConnection!
  }
  type CaseStudyConnection { nodes: [CaseStudy!]! }
  type CaseStudy { id: ID! title: String! partners: [Partner!]! }
  type Partner { role: String! organization: Organization! }
  type Resource { id: ID! title: String! href: String! }
`;

async function rows(name, text, values) {
  return (await db.query({ name, text, values })).rows;
}

// byOwner reads the rows of all owners by one statement and hands each owner its own.
async function byOwner(name, text, owners, ...more) {
  const found = new Map(owners.map((owner) => [owner, []]));
  for (const row of await rows(name, text, [[...found.keys()], ...more])) found.get(row.of).push(row);
  return owners.map((owner) => found.get(owner));
}

async function byID(name, text, ids) {
  const found = new Map((await rows(name, text, [[...new Set(ids)]])).map((row) => [row.id, row]));
  return ids.map((id) => found.get(id) ?? null);
}

// someByOwner is byOwner for the first rows of each. All of one query mostly ask for the same number.
async function someByOwner(name, text, queries) {
  const answers = new Array(queries.length);
  for (const first of new Set(queries.map((q) => q.params.first))) {
    const places = queries.map((q, i) => i).filter((i) => queries[i].params.first === first);
    const found = await byOwner(name, text, places.map((i) => queries[i].obj.id), first);
    places.forEach((place, n) => (answers[place] = { nodes: found[n] }));
  }
  return answers;
}

const speakers = "select id, name from speaker where id = any($1)";
const organizations = "select id, name from organization where id = any($1)";

const resolvers = {
  Query: {
    episodes: async (_, { first, after }) => ({
      nodes: await rows("latest", "select id, title, date from episode where place > $1 order by place limit $2", [Number(after ?? 0), first]),
    }),
    organization: async (_, { id }) => (await byID("organizations", organizations, [id]))[0],
    speaker: async (_, { id }) => (await byID("speakers", speakers, [id]))[0],
  },
};

const ids = (queries) => queries.map((q) => q.obj.id);

const loaders = {
  Episode: {
    appearances: (queries) =>
      byOwner("appearances",
        `select episode as of, role, credited_name as "creditedName", speaker as "speakerID"
         from appearance where episode = any($1) order by episode, position`, ids(queries)),
    organizations: (queries) =>
      byOwner("episode-organizations",
        `select e.episode as of, o.id, o.name
         from episode_organization e join organization o on o.id = e.organization
         where e.episode = any($1) order by e.episode, e.position`, ids(queries)),
    resources: (queries) =>
      byOwner("resources",
        `select e.episode as of, r.id, r.title, r.href
         from episode_resource e join resource r on r.id = e.resource
         where e.episode = any($1) order by e.episode, e.position`, ids(queries)),
  },
  Appearance: { speaker: (queries) => byID("speakers", speakers, queries.map((q) => q.obj.speakerID)) },
  Organization: {
    caseStudies: (queries) =>
      someByOwner("case-studies",
        `select o.organization as of, c.id, c.title
         from organization_case_study o join case_study c on c.id = o.case_study
         where o.organization = any($1) and o.position <= $2 order by o.organization, o.position`, queries),
    episodes: (queries) =>
      someByOwner("organization-episodes",
        `select o.organization as of, e.id, e.title, e.date
         from organization_episode o join episode e on e.id = o.episode
         where o.organization = any($1) and o.position <= $2 order by o.organization, o.position`, queries),
  },
  CaseStudy: {
    partners: (queries) =>
      byOwner("partners",
        `select case_study as of, role, organization as "organizationID"
         from case_study_partner where case_study = any($1) order by case_study, position`, ids(queries)),
  },
  Partner: { organization: (queries) => byID("organizations", organizations, queries.map((q) => q.obj.organizationID)) },
};

const app = Fastify({ logger: false });
await app.register(mercurius, { schema, resolvers, loaders, jit: 1, graphiql: false });
await app.listen({ port: Number(port), host: "127.0.0.1" });
