-- A survivor may take fields of what it absorbed: their names as the body spells them, with spaces between.
alter table merge add column fields text not null default '';
create index merge_version on merge (version);

-- What a file's source gave last for an entry, so that the next import tells its changes from those of editors. Without a body
-- it is the revision as it stands.
create table imported (
	entry text not null references entry (id),
	source text not null,
	revision integer not null,
	shape integer,
	body text,
	primary key (entry, source),
	foreign key (entry, revision) references revision (entry, number)
);

-- What signs links; one for all nodes.
create table secret (
	name text not null primary key,
	value text not null
);
