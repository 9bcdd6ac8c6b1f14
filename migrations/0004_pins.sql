-- Networks that are kept byte for byte, under the code of their snapshot. A purge empties those that name the person.
create table pin (
	code text not null primary key,
	at bigint not null,
	document text not null,
	redacted boolean not null,
	pinned_by text not null,
	pinned_at bigint not null
);
create index pin_at on pin (at);
