-- Content as history: every row that affects an answer carries the version that wrote it and is only ever added to.
-- Instants are microseconds since 1970 in UTC, since the engines' own types scan differently.

-- The one row that every write locks first. The incarnation changes when history itself does: on restore and on purge.
create table version (
	one integer not null primary key check (one = 1),
	counter bigint not null,
	incarnation text not null,
	clock_mark bigint not null
);

-- One write: who, when, why. A version is a batch.
create table batch (
	version bigint not null primary key,
	id text not null unique,
	actor text not null,
	action text not null,
	reason text not null,
	at bigint not null
);

create table entry (
	id text not null primary key,
	kind text not null
);

create table revision (
	entry text not null references entry (id),
	number integer not null,
	version bigint not null references batch (version),
	shape integer not null,
	body text not null,
	primary key (entry, number)
);
create index revision_version on revision (version);

-- From starts on, the revision is public; null: none is. A newer row voids older ones that start later or at the same time.
create table publication (
	entry text not null references entry (id),
	version bigint not null references batch (version),
	starts bigint not null,
	revision integer,
	slug text not null,
	primary key (entry, version, starts),
	foreign key (entry, revision) references revision (entry, number)
);
create index publication_version on publication (version);

create table trash (
	entry text not null references entry (id),
	version bigint not null references batch (version),
	trashed boolean not null,
	primary key (entry, version)
);
create index trash_version on trash (version);

-- Absorbed stands for survivor from the version on; a null survivor ends the merge.
create table merge (
	absorbed text not null references entry (id),
	version bigint not null references batch (version),
	survivor text references entry (id),
	primary key (absorbed, version)
);

-- A slug belongs to the entry that took it first, also after the entry has taken another.
create table slug (
	kind text not null,
	slug text not null,
	entry text not null references entry (id),
	version bigint not null references batch (version),
	primary key (kind, slug)
);
create index slug_version on slug (version);

-- Edges and identifiers of the newest revision of each entry: no link without its ends, no identifier twice.
create table edge (
	source text not null references entry (id),
	field text not null,
	position integer not null,
	target text not null references entry (id),
	primary key (source, field, position, target)
);
create index edge_target on edge (target);

create table identifier (
	kind text not null,
	scheme text not null,
	authority text not null,
	value text not null,
	entry text not null references entry (id),
	primary key (kind, scheme, authority, value)
);
create index identifier_entry on identifier (entry);

create table token (
	id text not null primary key,
	name text not null,
	role text not null,
	hash text not null unique,
	created_by text not null,
	created_at bigint not null,
	expires_at bigint not null,
	revoked_at bigint,
	last_used_at bigint
);

-- What a write with a key answered, so that its repetition answers the same and does nothing.
create table idempotency (
	actor text not null,
	idempotency_key text not null,
	hash text not null,
	receipt text not null,
	version bigint not null,
	at bigint not null,
	primary key (actor, idempotency_key)
);
