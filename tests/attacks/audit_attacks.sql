-- Attacks on the audit trail.  Each starts from three sealed deeds and their head (AUDIT_BASE in attempts.py; [… empty]: from
-- nothing), runs its lines one by one, and the last of them must end as the heading says.  BYTES(hex) is a byte string.

-- [both] add the next deed and move the head -> harmless
insert into AUDIT_COLUMNS values (4,4,AUDIT_ROW,BYTES(03),BYTES(04));
update audit_head set seq=4, hash=BYTES(04);

-- [both] add two deeds at once and move the head over both -> harmless
insert into AUDIT_COLUMNS values (4,4,AUDIT_ROW,BYTES(03),BYTES(04)),(5,5,AUDIT_ROW,BYTES(04),BYTES(05));
update audit_head set seq=5, hash=BYTES(05);

-- [both] rewrite a deed -> audit_append_only
update audit_event set deed='nothing.happened' where seq=2;

-- [both] rewrite who did it -> audit_append_only
update audit_event set actor_id=8;

-- [both] rewrite a hash -> audit_append_only
update audit_event set hash=BYTES(99) where seq=3;

-- [both] renumber a deed -> audit_append_only
update audit_event set seq=9 where seq=3;

-- [both] an update that changes nothing -> audit_append_only
update audit_event set deed=deed;

-- [both] delete a deed -> audit_append_only
delete from audit_event where seq=2;

-- [both] delete the tail -> audit_append_only
delete from audit_event where seq>1;

-- [both] delete all -> audit_append_only
delete from audit_event;

-- [both] upsert over a deed by id -> audit_append_only or audit_seq
insert into AUDIT_COLUMNS values (2,2,AUDIT_ROW,BYTES(01),BYTES(02)) on conflict (id) do update set deed='x';

-- [both] upsert over an unsealed deed -> audit_append_only
insert into AUDIT_COLUMNS values (4,4,AUDIT_ROW,BYTES(03),BYTES(04));
insert into AUDIT_COLUMNS values (4,5,AUDIT_ROW,BYTES(03),BYTES(04)) on conflict (id) do update set deed='x';

-- [both] the same number again -> audit_append_only or audit_seq
insert into AUDIT_COLUMNS values (9,3,AUDIT_ROW,BYTES(02),BYTES(03));

-- [both] a deed slipped in before the head -> audit_seq
insert into AUDIT_COLUMNS values (9,0,AUDIT_ROW,BYTES(00),BYTES(01));

-- [both] a negative number -> audit_seq
insert into AUDIT_COLUMNS values (9,-1,AUDIT_ROW,BYTES(00),BYTES(01));

-- [both] a negative id -> audit_seq
insert into AUDIT_COLUMNS values (-1,4,AUDIT_ROW,BYTES(03),BYTES(04));

-- [both] second head -> audit_head_one
insert into audit_head(id,seq,hash) values (2,0,BYTES(00));

-- [both] head again -> audit_head_one
insert into audit_head(id,seq,hash) values (1,3,BYTES(03));

-- [both] head by upsert -> audit_head_one
insert into audit_head(id,seq,hash) values (1,3,BYTES(03)) on conflict (id) do update set seq=0;

-- [both] delete the head -> audit_head_one
delete from audit_head;

-- [both] renumber the head -> audit_head_one
update audit_head set id=2;

-- [both] lower the head -> audit_head_exact
update audit_head set seq=2, hash=BYTES(02);

-- [both] lower the head to nothing -> audit_head_exact
update audit_head set seq=0, hash=BYTES(00);

-- [both] raise the head over no deed -> audit_head_exact
update audit_head set seq=4, hash=BYTES(04);

-- [both] raise the head too far -> audit_head_exact
insert into AUDIT_COLUMNS values (4,4,AUDIT_ROW,BYTES(03),BYTES(04));
update audit_head set seq=5, hash=BYTES(04);

-- [both] leave a deed behind the head -> audit_head_exact
insert into AUDIT_COLUMNS values (4,4,AUDIT_ROW,BYTES(03),BYTES(04));
insert into AUDIT_COLUMNS values (5,5,AUDIT_ROW,BYTES(04),BYTES(05));
update audit_head set seq=4, hash=BYTES(04);

-- [both] a hole in the numbers -> audit_head_exact
insert into AUDIT_COLUMNS values (5,5,AUDIT_ROW,BYTES(03),BYTES(05));
update audit_head set seq=5, hash=BYTES(05);

-- [both] another hash at the head -> audit_head_exact
update audit_head set hash=BYTES(99);

-- [both] a head that is not the last link -> audit_head_exact
insert into AUDIT_COLUMNS values (4,4,AUDIT_ROW,BYTES(03),BYTES(04));
update audit_head set seq=4, hash=BYTES(99);

-- [both] a deed that links to nothing -> audit_head_exact
insert into AUDIT_COLUMNS values (4,4,AUDIT_ROW,BYTES(99),BYTES(04));
update audit_head set seq=4, hash=BYTES(04);

-- [both] a second deed that links to nothing -> audit_head_exact
insert into AUDIT_COLUMNS values (4,4,AUDIT_ROW,BYTES(03),BYTES(04)),(5,5,AUDIT_ROW,BYTES(99),BYTES(05));
update audit_head set seq=5, hash=BYTES(05);

-- [both] the head written as it is -> harmless
update audit_head set seq=seq, hash=hash;

-- [both empty] the first head -> harmless
insert into audit_head(id,seq,hash) values (1,0,BYTES(00));

-- [both empty] a first head with another id -> audit_head_one
insert into audit_head(id,seq,hash) values (2,0,BYTES(00));

-- [both empty] a first head ahead of the deeds -> audit_head_exact
insert into audit_head(id,seq,hash) values (1,1,BYTES(01));

-- [both empty] a first head after a deed -> audit_head_exact
insert into AUDIT_COLUMNS values (1,1,AUDIT_ROW,BYTES(00),BYTES(01));
insert into audit_head(id,seq,hash) values (1,0,BYTES(00));

-- [sqlite] OR REPLACE a deed by id -> audit_append_only
insert or replace into AUDIT_COLUMNS values (2,9,AUDIT_ROW,BYTES(01),BYTES(02));

-- [sqlite] OR REPLACE a deed by number -> audit_append_only
insert or replace into AUDIT_COLUMNS values (9,2,AUDIT_ROW,BYTES(01),BYTES(02));

-- [sqlite] REPLACE an unsealed deed by id -> audit_append_only
insert into AUDIT_COLUMNS values (4,4,AUDIT_ROW,BYTES(03),BYTES(04));
replace into AUDIT_COLUMNS values (4,5,AUDIT_ROW,BYTES(03),BYTES(04));

-- [sqlite] REPLACE an unsealed deed by number -> audit_append_only
insert into AUDIT_COLUMNS values (4,4,AUDIT_ROW,BYTES(03),BYTES(04));
replace into AUDIT_COLUMNS values (5,4,AUDIT_ROW,BYTES(03),BYTES(04));

-- [sqlite] OR IGNORE a slipped-in deed -> audit_seq
insert or ignore into AUDIT_COLUMNS values (9,0,AUDIT_ROW,BYTES(00),BYTES(01));

-- [sqlite] UPDATE OR REPLACE a number -> audit_append_only
update or replace audit_event set seq=3 where seq=2;

-- [sqlite] UPDATE OR IGNORE a deed -> audit_append_only
update or ignore audit_event set deed='x';

-- [sqlite] rowid of a deed -> audit_append_only
update or replace audit_event set rowid=3 where seq=2;

-- [sqlite] OR REPLACE the head -> audit_head_one
insert or replace into audit_head(id,seq,hash) values (1,0,BYTES(00));

-- [sqlite] rowid of the head -> audit_head_one
update or replace audit_head set rowid=2;

-- [sqlite] UPDATE OR IGNORE the head -> audit_head_exact
update or ignore audit_head set seq=0, hash=BYTES(00);

-- [sqlite] a number that is text -> audit_seq
insert into AUDIT_COLUMNS values (4,'four',AUDIT_ROW,BYTES(03),BYTES(04));

-- [sqlite] a hash that is text -> audit_seq
insert into AUDIT_COLUMNS values (4,4,AUDIT_ROW,BYTES(03),'04');

-- [sqlite] a link back that is text -> audit_seq
insert into AUDIT_COLUMNS values (4,4,AUDIT_ROW,'03',BYTES(04));

-- [sqlite] a temporary head of the same name -> audit_head_exact
create temp table audit_head(id,seq,hash);
update main.audit_head set seq=0, hash=BYTES(00);

-- [postgresql] TRUNCATE the deeds -> audit_append_only
truncate audit_event;

-- [postgresql] TRUNCATE the head -> audit_append_only
truncate audit_head;

-- [postgresql] TRUNCATE both -> audit_append_only
truncate audit_head, audit_event restart identity cascade;

-- [postgresql] a hand inside a DO block -> audit_append_only
do $$ begin delete from audit_event; end $$;

-- [postgresql] MERGE over a deed -> audit_append_only
merge into audit_event e using (values (2)) v(n) on e.seq=v.n when matched then delete;

-- [postgresql] a temporary table of the same name -> audit_head_exact
create temp table audit_event(like public.audit_event);
insert into pg_temp.audit_event select * from public.audit_event where seq < 3;
update public.audit_head set seq=2, hash=BYTES(02);

-- [postgresql] a temporary head of the same name -> audit_seq
create temp table audit_head(like public.audit_head);
insert into pg_temp.audit_head values (1,-9,BYTES(00));
insert into public.AUDIT_COLUMNS values (9,0,AUDIT_ROW,BYTES(00),BYTES(01));
