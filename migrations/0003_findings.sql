-- What the hub knows of addresses elsewhere: whether a link works, what a recording is called there, which copy it keeps of a
-- picture. Such rows stand beside the entries, without a revision, and are history like them: a row comes only when something
-- changes that answers show.
create table finding (
	url text not null,
	version bigint not null references batch (version),
	at bigint not null,
	state text not null,
	since bigint not null,
	status integer not null,
	failures integer not null,
	first_failed bigint,
	title text not null,
	detail text not null,
	picture text not null,
	width integer not null,
	height integer not null,
	is_public boolean not null,
	primary key (url, version)
);
create index finding_version on finding (version);

-- How the last look at each address came out, and the counts that a verdict needs. No history: each look replaces the last.
create table checked (
	url text not null primary key,
	at bigint not null,
	state text not null,
	since bigint not null,
	status integer not null,
	title text not null,
	detail text not null,
	picture text not null,
	width integer not null,
	height integer not null,
	gone integer not null,
	gone_at bigint,
	failures integer not null,
	failed_at bigint,
	first_failed bigint
);

-- Who does what only one node is to do, and until when.
create table lease (
	name text not null primary key,
	holder text not null,
	until bigint not null
);
