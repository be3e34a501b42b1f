-- Attacks on the booking ledger.  Each starts from the same base (LEDGER_BASE in attempts.py), runs its lines
-- one by one, and the last of them must end as the heading says: refused under that name, or harmless
-- (accepted, and every figure still recomputes).  [both] = SQLite and PostgreSQL.
-- LEAVE(n) and CAPACITY(n) stand for the two sanctioned updates of ledger_statements.py.

-- [both] book a full week -> ledger_full
insert into allocation_week values (9,1,'2026-01-05',1);

-- [both] fill the week to the minute -> harmless
insert into allocation_week values (9,1,'2026-01-12',360);

-- [both] one minute too many -> ledger_full
insert into allocation_week values (9,1,'2026-01-12',361);

-- [both] multi-row: one of two too many -> ledger_full
insert into allocation_week values (9,2,'2026-01-05',10),(9,1,'2026-01-12',400);

-- [both] multi-row, same week, together too many -> ledger_full
insert into allocation_week values (8,1,'2026-01-12',200),(9,1,'2026-01-12',200);

-- [both] multi-row, same week, fits -> harmless
insert into allocation_week values (8,1,'2026-01-12',180),(9,1,'2026-01-12',180);

-- [both] insert from select -> ledger_full
insert into allocation_week select 50+allocation_id,1,week_on,minutes from allocation_week where week_on='2026-01-05';

-- [both] no ledger row -> ledger_no_week
insert into allocation_week values (9,1,'2026-01-19',10);

-- [both] a Tuesday -> ledger_no_week
insert into allocation_week values (9,1,'2026-01-06',10);

-- [both] zero minutes -> allocation_minutes
insert into allocation_week values (9,1,'2026-01-12',0);

-- [both] negative minutes -> allocation_minutes
insert into allocation_week values (9,1,'2026-01-05',-60);

-- [both] ledger row on a Tuesday -> ledger_monday
insert into week_ledger(specialist_id,week_on,capacity_minutes) values (1,'2026-01-20',480);

-- [both] negative capacity -> ledger_full or ledger_not_negative
insert into week_ledger(specialist_id,week_on,capacity_minutes) values (3,'2026-01-05',-1);

-- [both] new ledger row with booked -> ledger_by_hand
insert into week_ledger values (3,'2026-01-05',480,60,0,0);

-- [both] new ledger row with extra -> ledger_by_hand
insert into week_ledger values (3,'2026-01-05',480,0,600,0);

-- [both] new ledger row with gap -> ledger_by_hand
insert into week_ledger values (3,'2026-01-05',0,0,0,600);

-- [both] booked := 0 -> ledger_by_hand
update week_ledger set booked_minutes=0;

-- [both] booked - 60 -> ledger_by_hand
update week_ledger set booked_minutes=booked_minutes-60 where week_on='2026-01-05' and specialist_id=1;

-- [both] booked := booked -> harmless
update week_ledger set booked_minutes=booked_minutes;

-- [both] extra := 600 -> ledger_by_hand
update week_ledger set granted_extra_minutes=600;

-- [both] gap := 600 -> ledger_gap_exact
update week_ledger set leave_gap_minutes=600;

-- [both] gap and capacity, not exact -> ledger_gap_exact
update week_ledger set capacity_minutes=200, leave_gap_minutes=500 where specialist_id=1 and week_on='2026-01-05';

-- [both] negative gap -> ledger_not_negative or ledger_gap_exact
update week_ledger set leave_gap_minutes=-10 where specialist_id=2;

-- [both] cut below booked, by hand -> ledger_full
update week_ledger set capacity_minutes=200;

-- [both] cut below booked, voluntary statement -> ledger_full
CAPACITY(200) where specialist_id=1 and week_on='2026-01-05';

-- [both] cut one minute below booked -> ledger_full
update week_ledger set capacity_minutes=479 where specialist_id=1 and week_on='2026-01-05';

-- [both] negative capacity hidden by a grant -> ledger_not_negative
update week_ledger set capacity_minutes=-30 where specialist_id=2;

-- [both] negative gap that is exact -> ledger_not_negative
update allocation_week set minutes=470 where allocation_id=1;
update week_ledger set leave_gap_minutes=-10 where specialist_id=1 and week_on='2026-01-05';

-- [both] grant id 0 -> grant_id
insert into extra_grant values (0,1,'2026-01-05',60,'x',8,9);

-- [both] appointment id -1 -> appointment_id
insert into appointment(id,specialist_id,starts_at,ends_at,buffer_before,buffer_after,state) values (-1,2,'2026-01-06 01:00:00.000000','2026-01-06 02:00:00.000000',0,0,'held');

-- [both] touching the buffer before -> harmless
insert into appointment(id,specialist_id,starts_at,ends_at,buffer_before,buffer_after,state) values (102,1,'2026-01-12 00:00:00.000000','2026-01-12 00:45:00.000000',0,0,'held');

-- [both] cut to exactly booked -> harmless
CAPACITY(120) where specialist_id=1 and week_on='2026-01-12';

-- [both] leave path -> harmless
LEAVE(200) where specialist_id=1 and week_on='2026-01-05';

-- [both] leave path on all weeks -> harmless
LEAVE(0);

-- [both] book under leave gap -> ledger_full
LEAVE(200) where specialist_id=1 and week_on='2026-01-05';
insert into allocation_week values (9,1,'2026-01-05',1);

-- [both] resize up under leave gap -> ledger_full
LEAVE(200) where specialist_id=1 and week_on='2026-01-05';
update allocation_week set minutes=481 where allocation_id=1;

-- [both] appointment under leave gap -> ledger_full
LEAVE(200) where specialist_id=1 and week_on='2026-01-05';
insert into appointment(id,specialist_id,starts_at,ends_at,buffer_before,buffer_after,state) values (102,1,'2026-01-06 01:00:00.000000','2026-01-06 02:00:00.000000',0,0,'held');

-- [both] gap lowered by hand -> ledger_full
LEAVE(200) where specialist_id=1 and week_on='2026-01-05';
update week_ledger set leave_gap_minutes=0;

-- [both] release 80 under gap 280, book 1 -> ledger_full
LEAVE(200) where specialist_id=1 and week_on='2026-01-05';
update allocation_week set minutes=400 where allocation_id=1;
insert into allocation_week values (9,1,'2026-01-05',1);

-- [both] release 300 under gap 280, book 20 -> harmless
LEAVE(200) where specialist_id=1 and week_on='2026-01-05';
update allocation_week set minutes=180 where allocation_id=1;
insert into allocation_week values (9,1,'2026-01-05',20);

-- [both] release 300 under gap 280, book 21 -> ledger_full
LEAVE(200) where specialist_id=1 and week_on='2026-01-05';
update allocation_week set minutes=180 where allocation_id=1;
insert into allocation_week values (9,1,'2026-01-05',21);

-- [both] delete under gap, then refill -> ledger_full
LEAVE(200) where specialist_id=1 and week_on='2026-01-05';
delete from allocation_week where allocation_id=1;
insert into allocation_week values (9,1,'2026-01-05',201);

-- [both] leave withdrawn -> harmless
LEAVE(200) where specialist_id=1 and week_on='2026-01-05';
CAPACITY(480) where specialist_id=1 and week_on='2026-01-05';

-- [both] half withdrawn, then book -> ledger_full
LEAVE(200) where specialist_id=1 and week_on='2026-01-05';
CAPACITY(400) where specialist_id=1 and week_on='2026-01-05';
insert into allocation_week values (9,1,'2026-01-05',1);

-- [both] capacity back, gap forgotten -> ledger_gap_exact
LEAVE(200) where specialist_id=1 and week_on='2026-01-05';
update week_ledger set capacity_minutes=480 where specialist_id=1 and week_on='2026-01-05';

-- [both] further voluntary cut under a gap -> ledger_full
LEAVE(200) where specialist_id=1 and week_on='2026-01-05';
CAPACITY(100) where specialist_id=1 and week_on='2026-01-05';

-- [both] grant eats the gap, not bookable -> ledger_full
LEAVE(200) where specialist_id=1 and week_on='2026-01-05';
insert into extra_grant(specialist_id,week_on,minutes,reason,granted_by,checked_by) values (1,'2026-01-05',280,'peak',8,9);
insert into allocation_week values (9,1,'2026-01-05',1);

-- [both] grant beyond the gap, 20 bookable -> harmless
LEAVE(200) where specialist_id=1 and week_on='2026-01-05';
insert into extra_grant(specialist_id,week_on,minutes,reason,granted_by,checked_by) values (1,'2026-01-05',300,'peak',8,9);
insert into allocation_week values (9,1,'2026-01-05',20);

-- [both] grant beyond the gap, 21 not -> ledger_full
LEAVE(200) where specialist_id=1 and week_on='2026-01-05';
insert into extra_grant(specialist_id,week_on,minutes,reason,granted_by,checked_by) values (1,'2026-01-05',300,'peak',8,9);
insert into allocation_week values (9,1,'2026-01-05',21);

-- [both] grant to oneself -> grant_second_person
insert into extra_grant(specialist_id,week_on,minutes,reason,granted_by,checked_by) values (1,'2026-01-05',60,'peak',8,8);

-- [both] grant without reason -> grant_reason
insert into extra_grant(specialist_id,week_on,minutes,reason,granted_by,checked_by) values (1,'2026-01-05',60,' ',8,9);

-- [both] grant of nothing -> grant_minutes
insert into extra_grant(specialist_id,week_on,minutes,reason,granted_by,checked_by) values (1,'2026-01-05',0,'x',8,9);

-- [both] grant without week -> ledger_no_week
insert into extra_grant(specialist_id,week_on,minutes,reason,granted_by,checked_by) values (1,'2026-01-19',60,'x',8,9);

-- [both] raise a grant -> grant_append_only
update extra_grant set minutes=6000;

-- [both] rewrite a reason -> grant_append_only
update extra_grant set reason='other';

-- [both] delete a grant -> grant_append_only
delete from extra_grant;

-- [both] grant taken back, unused -> harmless
insert into extra_grant(specialist_id,week_on,minutes,reason,granted_by,checked_by) values (2,'2026-01-05',-60,'error',8,9);

-- [both] more taken back than given -> ledger_not_negative
insert into extra_grant(specialist_id,week_on,minutes,reason,granted_by,checked_by) values (2,'2026-01-05',-61,'error',8,9);

-- [both] grant taken back, used -> ledger_full
insert into allocation_week values (7,2,'2026-01-05',500);
insert into extra_grant(specialist_id,week_on,minutes,reason,granted_by,checked_by) values (2,'2026-01-05',-60,'error',8,9);

-- [both] same grant id again -> grant_append_only
insert into extra_grant(id,specialist_id,week_on,minutes,reason,granted_by,checked_by) select id,specialist_id,week_on,600,'x',8,9 from extra_grant;

-- [both] delete a booked week -> ledger_week_in_use
delete from week_ledger;

-- [both] delete a granted week -> ledger_week_in_use
delete from week_ledger where specialist_id=2;

-- [both] delete a free week -> harmless
insert into week_ledger(specialist_id,week_on,capacity_minutes) values (3,'2026-01-05',1);
delete from week_ledger where specialist_id=3;

-- [both] move a ledger row to another week -> ledger_key_moved
update week_ledger set week_on='2026-01-19' where specialist_id=1 and week_on='2026-01-05';

-- [both] move an empty ledger row -> ledger_key_moved
insert into week_ledger(specialist_id,week_on,capacity_minutes) values (3,'2026-01-05',1);
update week_ledger set specialist_id=4 where specialist_id=3;

-- [both] swap two ledger rows -> ledger_key_moved
update week_ledger set specialist_id=3-specialist_id;

-- [both] allocation to another week -> ledger_key_moved
update allocation_week set week_on='2026-01-05' where allocation_id=2;

-- [both] allocation to another person -> ledger_key_moved
update allocation_week set specialist_id=2 where allocation_id=1;

-- [both] allocation renumbered -> ledger_key_moved
update allocation_week set allocation_id=77 where allocation_id=1;

-- [both] resize up in a full week -> ledger_full
update allocation_week set minutes=minutes+1 where allocation_id=1;

-- [both] double all -> ledger_full
update allocation_week set minutes=minutes*2;

-- [both] release all -> harmless
delete from allocation_week;

-- [both] release, rebook too much -> ledger_full
delete from allocation_week where allocation_id=1;
insert into allocation_week values (9,1,'2026-01-05',481);

-- [both] upsert: same value in a full week -> harmless
insert into allocation_week values (1,1,'2026-01-05',480) on conflict (allocation_id,week_on) do update set minutes=excluded.minutes;

-- [both] upsert: too much -> ledger_full
insert into allocation_week values (1,1,'2026-01-05',481) on conflict (allocation_id,week_on) do update set minutes=excluded.minutes;

-- [both] upsert: less, and a new row -> harmless
insert into allocation_week values (1,1,'2026-01-05',60),(9,1,'2026-01-05',420) on conflict (allocation_id,week_on) do update set minutes=excluded.minutes;

-- [both] upsert: of another person's row -> ledger_key_moved
insert into allocation_week values (1,2,'2026-01-05',10) on conflict (allocation_id,week_on) do update set minutes=excluded.minutes;

-- [both] upsert do nothing -> harmless
insert into allocation_week values (1,1,'2026-01-05',999) on conflict do nothing;

-- [both] plain duplicate -> allocation_week_pkey
delete from appointment;
insert into allocation_week values (2,1,'2026-01-12',10);

-- [both] upsert on ledger: capacity -> harmless
insert into week_ledger(specialist_id,week_on,capacity_minutes) values (1,'2026-01-05',500) on conflict (specialist_id,week_on) do update set capacity_minutes=excluded.capacity_minutes;

-- [both] upsert on ledger: capacity too low -> ledger_full
insert into week_ledger(specialist_id,week_on,capacity_minutes) values (1,'2026-01-05',100) on conflict (specialist_id,week_on) do update set capacity_minutes=excluded.capacity_minutes;

-- [both] upsert on ledger: booked -> ledger_by_hand
insert into week_ledger(specialist_id,week_on,capacity_minutes) values (1,'2026-01-05',500) on conflict (specialist_id,week_on) do update set booked_minutes=0;

-- [both] overlapping appointment -> appointment_overlap
insert into appointment(id,specialist_id,starts_at,ends_at,buffer_before,buffer_after,state) values (102,1,'2026-01-12 01:30:00.000000','2026-01-12 02:30:00.000000',0,0,'held');

-- [both] overlap by the buffer only -> appointment_overlap
insert into appointment(id,specialist_id,starts_at,ends_at,buffer_before,buffer_after,state) values (102,1,'2026-01-12 02:10:00.000000','2026-01-12 03:00:00.000000',0,0,'held');

-- [both] touching the buffer -> harmless
insert into appointment(id,specialist_id,starts_at,ends_at,buffer_before,buffer_after,state) values (102,1,'2026-01-12 02:15:00.000000','2026-01-12 03:00:00.000000',0,0,'held');

-- [both] overlap across the week line -> appointment_overlap
insert into appointment(id,specialist_id,starts_at,ends_at,buffer_before,buffer_after,state) values (103,2,'2026-01-11 14:30:00.000000','2026-01-11 15:00:00.000000',0,60,'held');
insert into week_ledger(specialist_id,week_on,capacity_minutes) values (2,'2026-01-12',480);
insert into appointment(id,specialist_id,starts_at,ends_at,buffer_before,buffer_after,state) values (104,2,'2026-01-11 15:30:00.000000','2026-01-11 16:00:00.000000',0,0,'held');

-- [both] cancelled one revived on a taken slot -> appointment_overlap
insert into appointment(id,specialist_id,starts_at,ends_at,buffer_before,buffer_after,state) values (102,1,'2026-01-12 01:00:00.000000','2026-01-12 02:00:00.000000',0,0,'cancelled');
update appointment set state='held' where id=102;

-- [both] moved onto a taken slot -> appointment_overlap
insert into appointment(id,specialist_id,starts_at,ends_at,buffer_before,buffer_after,state) values (102,1,'2026-01-13 01:00:00.000000','2026-01-13 02:00:00.000000',0,0,'held');
update appointment set starts_at='2026-01-12 01:00:00.000000', ends_at='2026-01-12 02:00:00.000000' where id=102;

-- [both] buffer grown onto a neighbour -> appointment_overlap
insert into appointment(id,specialist_id,starts_at,ends_at,buffer_before,buffer_after,state) values (102,1,'2026-01-12 03:00:00.000000','2026-01-12 04:00:00.000000',0,0,'held');
update appointment set buffer_before=60 where id=102;

-- [both] appointment in a full week -> ledger_full
insert into appointment(id,specialist_id,starts_at,ends_at,buffer_before,buffer_after,state) values (102,1,'2026-01-06 01:00:00.000000','2026-01-06 02:00:00.000000',0,0,'held');

-- [both] appointment moved into a full week -> ledger_full
update appointment set starts_at='2026-01-06 01:00:00.000000', ends_at='2026-01-06 02:00:00.000000';

-- [both] appointment moved to another week -> harmless
delete from allocation_week where allocation_id=1;
update appointment set starts_at='2026-01-06 01:00:00.000000', ends_at='2026-01-06 02:00:00.000000';

-- [both] moved inside a week under a leave gap -> harmless
LEAVE(0);
update appointment set starts_at='2026-01-13 01:00:00.000000', ends_at='2026-01-13 02:00:00.000000';

-- [both] appointment longer than what is left -> ledger_full
update appointment set ends_at='2026-01-12 09:00:00.000000';

-- [both] cancelled one revived in a full week -> ledger_full
insert into appointment(id,specialist_id,starts_at,ends_at,buffer_before,buffer_after,state) values (102,1,'2026-01-06 01:00:00.000000','2026-01-06 02:00:00.000000',0,0,'cancelled');
update appointment set state='done' where id=102;

-- [both] cancel frees, exactly -> harmless
update appointment set state='cancelled';
insert into allocation_week values (9,1,'2026-01-12',420);

-- [both] delete an appointment -> harmless
delete from appointment;

-- [both] delete an appointment under a leave gap -> harmless
LEAVE(0) where specialist_id=1;
delete from appointment;

-- [both] take the slot of a cancelled one -> harmless
update appointment set state='cancelled';
insert into appointment(id,specialist_id,starts_at,ends_at,buffer_before,buffer_after,state) values (102,1,'2026-01-12 01:00:00.000000','2026-01-12 02:00:00.000000',0,0,'held');

-- [both] Sunday 23:30 Tokyo counts before Monday -> ledger_full
insert into appointment(id,specialist_id,starts_at,ends_at,buffer_before,buffer_after,state) values (102,1,'2026-01-11 14:30:00.000000','2026-01-11 15:00:00.000000',0,0,'held');

-- [both] across Sunday midnight Tokyo -> appointment_one_week
insert into appointment(id,specialist_id,starts_at,ends_at,buffer_before,buffer_after,state) values (102,2,'2026-01-11 14:30:00.000000','2026-01-11 15:30:00.000000',0,0,'held');

-- [both] backwards -> appointment_order
insert into appointment(id,specialist_id,starts_at,ends_at,buffer_before,buffer_after,state) values (102,2,'2026-01-06 02:00:00.000000','2026-01-06 01:00:00.000000',0,0,'held');

-- [both] seconds -> appointment_instant
insert into appointment(id,specialist_id,starts_at,ends_at,buffer_before,buffer_after,state) values (102,2,'2026-01-06 01:00:30.000000','2026-01-06 02:00:00.000000',0,0,'held');

-- [both] unknown state -> appointment_state
insert into appointment(id,specialist_id,starts_at,ends_at,buffer_before,buffer_after,state) values (102,2,'2026-01-06 01:00:00.000000','2026-01-06 02:00:00.000000',0,0,'deleted');

-- [both] negative buffer -> appointment_buffers
insert into appointment(id,specialist_id,starts_at,ends_at,buffer_before,buffer_after,state) values (102,1,'2026-01-12 01:30:00.000000','2026-01-12 02:30:00.000000',-60,-60,'held');

-- [both] appointment without week -> ledger_no_week
insert into appointment(id,specialist_id,starts_at,ends_at,buffer_before,buffer_after,state) values (102,1,'2026-01-20 01:00:00.000000','2026-01-20 02:00:00.000000',0,0,'cancelled');

-- [both] appointment to another person -> ledger_key_moved
update appointment set specialist_id=2;

-- [both] appointment renumbered -> ledger_key_moved
update appointment set id=555;

-- [both] appointment id again, by upsert -> ledger_row_exists
insert into appointment(id,specialist_id,starts_at,ends_at,buffer_before,buffer_after,state) values (101,1,'2026-01-06 01:00:00.000000','2026-01-06 02:00:00.000000',0,0,'cancelled') on conflict (id) do update set state='held';

-- [both] appointment week by hand -> refused
update appointment set live_minutes=0;

-- [sqlite] OR REPLACE ledger row -> ledger_week_in_use
insert or replace into week_ledger values (1,'2026-01-05',480,0,0,0);

-- [sqlite] REPLACE a granted week -> ledger_week_in_use
replace into week_ledger values (2,'2026-01-05',480,0,0,0);

-- [sqlite] OR REPLACE allocation, less -> harmless or ledger_full or ledger_by_hand
insert or replace into allocation_week values (1,1,'2026-01-05',60);

-- [sqlite] OR REPLACE allocation in a half week -> harmless or ledger_by_hand
insert or replace into allocation_week values (2,1,'2026-01-12',70);

-- [sqlite] OR REPLACE allocation of another -> ledger_key_moved
insert or replace into allocation_week values (1,2,'2026-01-05',60);

-- [sqlite] OR REPLACE appointment elsewhere -> ledger_row_exists
insert or replace into appointment(id,specialist_id,starts_at,ends_at) values (101,2,'2026-01-06 01:00:00.000000','2026-01-06 02:00:00.000000');

-- [sqlite] OR REPLACE appointment by cancelled -> ledger_row_exists
insert or replace into appointment(id,specialist_id,starts_at,ends_at,state) values (101,1,'2026-01-12 01:00:00.000000','2026-01-12 02:00:00.000000','cancelled');

-- [sqlite] OR REPLACE grant -> grant_append_only
insert or replace into extra_grant select id,1,week_on,minutes,reason,granted_by,checked_by from extra_grant;

-- [sqlite] UPDATE OR REPLACE ledger key -> ledger_key_moved
update or replace week_ledger set week_on='2026-01-05' where week_on='2026-01-12';

-- [sqlite] UPDATE OR REPLACE allocation key -> ledger_key_moved
insert into allocation_week values (5,2,'2026-01-05',10);
update or replace allocation_week set allocation_id=1 where allocation_id=5;

-- [sqlite] OR IGNORE beyond full -> ledger_full
insert or ignore into allocation_week values (9,1,'2026-01-05',5000);

-- [sqlite] OR FAIL beyond full -> ledger_full
insert or fail into allocation_week values (8,1,'2026-01-12',10),(9,1,'2026-01-05',5000);

-- [sqlite] OR ROLLBACK beyond full -> ledger_full
insert or rollback into allocation_week values (9,1,'2026-01-05',5000);

-- [sqlite] UPDATE OR IGNORE beyond full -> ledger_full
update or ignore allocation_week set minutes=5000;

-- [sqlite] UPDATE OR FAIL beyond full -> ledger_full
update or fail allocation_week set minutes=5000 where allocation_id=1;

-- [sqlite] OR IGNORE appointment beyond full -> ledger_full
insert or ignore into appointment(specialist_id,starts_at,ends_at) values (1,'2026-01-06 01:00:00.000000','2026-01-06 02:00:00.000000');

-- [sqlite] UPDATE OR IGNORE appointment beyond full -> ledger_full
update or ignore appointment set ends_at='2026-01-12 09:00:00.000000';

-- [sqlite] OR IGNORE overlap -> appointment_overlap
insert or ignore into appointment(specialist_id,starts_at,ends_at) values (1,'2026-01-12 01:00:00.000000','2026-01-12 02:00:00.000000');

-- [sqlite] OR IGNORE grant taken back -> ledger_full
insert into allocation_week values (7,2,'2026-01-05',500);
insert or ignore into extra_grant(specialist_id,week_on,minutes,reason,granted_by,checked_by) values (2,'2026-01-05',-60,'x',8,9);

-- [sqlite] OR IGNORE grant below nothing -> ledger_not_negative
insert or ignore into extra_grant(specialist_id,week_on,minutes,reason,granted_by,checked_by) values (2,'2026-01-05',-61,'x',8,9);

-- [sqlite] OR IGNORE no week -> ledger_no_week
insert or ignore into allocation_week values (9,1,'2026-01-19',10);

-- [sqlite] OR IGNORE capacity cut -> harmless
update or ignore week_ledger set capacity_minutes=0;

-- [sqlite] rowid of an appointment -> ledger_key_moved
update or replace appointment set rowid=7 where id=101;

-- [sqlite] rowid of an allocation -> refused
update or replace allocation_week set rowid=1;

-- [sqlite] fraction of a minute -> allocation_minutes
insert into allocation_week values (9,1,'2026-01-12',0.5);

-- [sqlite] text as minutes -> allocation_minutes or ledger_full
insert into allocation_week values (9,1,'2026-01-12','much');

-- [sqlite] text as capacity -> ledger_whole_minutes
update week_ledger set capacity_minutes='much' where specialist_id=2;

-- [sqlite] date with time -> ledger_monday
insert into week_ledger(specialist_id,week_on,capacity_minutes) values (1,'2026-01-05 00:00',480);

-- [sqlite] other spelling of an instant -> appointment_instant or appointment_overlap
insert into appointment(id,specialist_id,starts_at,ends_at,buffer_before,buffer_after,state) values (102,1,'2026-01-12T01:00','2026-01-12T02:00',0,0,'held');

-- [sqlite] a temporary table of the same name -> ledger_full
create temp table week_ledger(specialist_id,week_on,capacity_minutes,booked_minutes,granted_extra_minutes,leave_gap_minutes);
insert into main.allocation_week values (9,1,'2026-01-05',10);

-- [postgresql] TRUNCATE allocation_week -> ledger_no_truncate
truncate allocation_week;

-- [both] resize two of one week at once -> harmless
insert into allocation_week values (9,1,'2026-01-12',60);
update allocation_week set minutes=minutes+10*allocation_id where week_on='2026-01-12';

-- [postgresql] TRUNCATE week_ledger -> refused
truncate week_ledger;

-- [postgresql] TRUNCATE all -> ledger_no_truncate
truncate week_ledger, allocation_week, extra_grant, appointment;

-- [postgresql] TRUNCATE CASCADE -> ledger_no_truncate
truncate week_ledger cascade;

-- [postgresql] TRUNCATE grants -> ledger_no_truncate
truncate extra_grant;

-- [postgresql] TRUNCATE appointments -> ledger_no_truncate
truncate appointment;

-- [postgresql] two inserts in one WITH, together too many -> ledger_full
with a as (insert into allocation_week values (8,1,'2026-01-12',200) returning 1) insert into allocation_week values (9,1,'2026-01-12',200);

-- [postgresql] two inserts in one WITH, fits -> harmless
with a as (insert into allocation_week values (8,1,'2026-01-12',180) returning 1) insert into allocation_week values (9,1,'2026-01-12',180);

-- [postgresql] release and book in one WITH -> harmless or ledger_full
with a as (delete from allocation_week where allocation_id=2 returning 1) insert into allocation_week values (9,1,'2026-01-12',420);

-- [postgresql] MERGE beyond full -> ledger_full
merge into allocation_week a using (values (1,1,date '2026-01-05',481)) v(a,s,w,m) on a.allocation_id=v.a and a.week_on=v.w when matched then update set minutes=v.m when not matched then insert values (v.a,v.s,v.w,v.m);

-- [postgresql] a hand inside a DO block -> ledger_by_hand
do $$ begin update week_ledger set booked_minutes=0; end $$;

-- [postgresql] ledger_apply called directly -> ledger_by_hand
select ledger_apply(array[1],array[date '2026-01-05'],array[0],array[480]);

-- [postgresql] temporary table of the same name -> ledger_full
create temp table week_ledger(like public.week_ledger);
insert into pg_temp.week_ledger values (1,'2026-01-05',9999,0,0,0);
insert into public.allocation_week values (9,1,'2026-01-05',10);

-- [postgresql] deferred constraints -> ledger_full
set constraints all deferred;
insert into allocation_week values (9,1,'2026-01-05',10);

-- [postgresql] swap of minutes in one full week -> harmless
update allocation_week set minutes=240 where allocation_id=1;
insert into allocation_week values (9,1,'2026-01-05',240);
update allocation_week set minutes=case allocation_id when 1 then 300 else 180 end where week_on='2026-01-05';

-- [postgresql] infinite appointment -> refused
insert into appointment(id,specialist_id,starts_at,ends_at,buffer_before,buffer_after,state) values (102,1,'2026-01-12 03:00Z','infinity',0,0,'held');
