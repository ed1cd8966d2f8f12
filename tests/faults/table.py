"""Faults, what is right in each, and the tests that prove it: the rows of docs/reliability.md."""

from tests.security.attack import attack as fault

KILLED = "test_engine_killed::test_callers_outlive_an_engine_that_is_killed_and_stopped_again_and_again"
UPGRADE = "test_engine_killed::test_an_upgrade_under_traffic_drops_nobody"
HANGS = "test_engine_killed::test_an_engine_that_hangs_is_replaced_within_five_seconds"
LOCKED = "test_database_away::test_a_database_that_somebody_locks_costs_no_record_and_holds_up_no_call"
FULL = "test_database_away::test_a_disk_that_is_full_and_one_that_is_read_only_cost_no_record"
FUZZ = "test_security_fuzz::test_bytes_of_no_sense_are_read_or_refused_and_soon"

FAULTS = (
    fault(
        "a connection of a call, or the client connection, is cut at any byte",
        "the caller is back, at the step and place of before, and served to the end, with one record",
        "test_every_cut::test_a_call_outlives_every_cut_of_its_own_connection",
        "test_every_cut_of_the_client::test_a_call_outlives_every_cut_of_the_client_connection",
        "test_queue_cut::test_callers_who_wait_keep_their_places_and_hear_music_again",
    ),
    fault(
        "the engine is killed (kill -9) under callers who are asked, wait and talk",
        "talks go on, all others are at their step, with their variables, in their old order, with the next one",
        KILLED,
        "test_crash::test_a_caller_at_a_question_is_asked_it_again_by_the_next_engine",
        "test_crash::test_a_talk_outlives_the_engine_and_the_flow_goes_on_behind_it",
        "test_queue_crash::test_callers_who_wait_are_back_within_three_seconds",
        "test_survivors::test_a_caller_who_waits_keeps_place_and_time",
        "test_survivors::test_agents_stay_signed_in_and_on_their_breaks",
    ),
    fault(
        "the engine hangs: its process stands still, or a rule never ends",
        "systemd's watchdog kills it, and the next one serves its calls within five seconds",
        HANGS,
        "test_watchdog::test_a_hub_that_hangs_gives_no_sign",
    ),
    fault(
        "FreeSWITCH is killed and started again",
        "every record ends with `switch_lost`; no processor time meanwhile; the agents are there when their phones are",
        "test_switch_faults::test_a_switch_that_dies_and_comes_back_leaves_nothing_behind",
        "test_switch_killed::test_a_switch_that_is_killed_ends_its_calls_and_the_next_one_has_the_agents",
    ),
    fault(
        "the network between them is a black hole",
        "found out by pings and limits of time",
        "test_switch_faults::test_a_client_connection_into_a_black_hole_is_given_up_and_made_anew",
        "test_switch_faults::test_a_call_into_a_black_hole_ends_by_its_time_limits",
    ),
    fault(
        "the database is locked, or any one of its calls fails",
        "calls notice nothing, records go to the spool, in order and without doubles",
        LOCKED,
        "test_database_away::test_calls_do_not_notice_whichever_call_of_the_database_fails",
        "test_every_write::test_no_failing_call_of_the_database_costs_an_event",
    ),
    fault(
        "the disk is full: database, spool, recordings, or each single write",
        "records wait in memory; recording ends before records do",
        FULL,
        "test_every_write::test_no_failing_write_of_the_spool_costs_an_event",
        "test_database_away::test_wherever_files_may_not_grow_any_more_no_record_is_lost",
        "test_talk_recorder::test_on_a_full_disk_recordings_end_and_none_begins",
    ),
    fault(
        "the database is read-only or broken",
        "the engine starts, serves, and says so",
        "test_database_away::test_an_engine_starts_with_a_broken_database_and_serves",
        "test_writer::test_a_corrupt_database_leaves_calls_in_the_spool_until_it_is_restored",
        FULL,
    ),
    fault(
        "an agent's phone is not registered, or goes while it rings",
        "the caller is offered to the next agent at once; no loop",
        "test_switch_faults::test_a_caller_whose_agent_has_no_phone_any_more_goes_to_the_next_agent_at_once",
        "test_switch_faults::test_a_phone_that_is_not_there_is_not_rung_in_a_loop",
        "test_queue::test_a_phone_that_unregisters_while_it_rings_gives_the_caller_to_the_next_at_once",
    ),
    fault(
        "an agent does not answer",
        "the caller keeps the place, the agent rests",
        "test_switch_faults::test_a_phone_that_nobody_answers_costs_the_caller_no_place",
        "test_queue::test_a_phone_that_nobody_picks_up_gives_the_caller_to_the_next_in_the_old_place",
    ),
    fault(
        "the caller hangs up in the instant of the agent's answer",
        "abandoned or answered, one of the two; no agent is left alone",
        "test_acd_service::test_a_caller_gone_in_the_instant_of_the_answer_leaves_nobody_alone",
        "test_queue_races::test_races_leave_nobody_alone_and_every_call_one_end",
    ),
    fault(
        "two agents answer the same caller",
        "one has the caller, the other is free",
        "test_acd_service::test_of_phones_that_ring_together_the_first_answer_wins",
        "test_queue::test_of_phones_that_ring_together_one_wins_and_the_others_are_released",
    ),
    fault(
        "events come twice, late, in disorder, or never",
        "nothing changes; what never comes is asked for, and given up in time",
        "test_switch_faults::test_events_that_come_twice_or_in_disorder_change_nothing",
        "test_switch_faults::test_events_that_never_come_end_no_call_in_limbo",
        "test_acd_storm::test_a_long_storm_leaves_nothing_open",
    ),
    fault(
        "the clock is set forward or back by an hour in mid-call",
        "durations and waits are what has passed; later calls have the new time; the log tells of it",
        "test_clocks::test_a_clock_that_is_set_in_mid_call_changes_no_duration_and_no_wait",
        "test_clocks::test_calls_after_a_clock_was_set_have_the_new_time_and_are_served_as_before",
        "test_clock_watch::test_a_clock_that_was_set_is_told_of_once",
    ),
    fault(
        "summer time begins or ends; leap days; the Chinese make-up days",
        "hours are those of the wall, local days have 23 to 25 of them, and reports add up",
        "test_twelve_years::test_an_office_is_open_eight_hours_of_every_day_whatever_the_clock_does",
        "test_twelve_years::test_local_days_meet_and_are_as_long_as_their_clocks_say",
        "test_twelve_years::test_the_make_up_days_of_a_year_are_worked_and_no_other_weekend_is",
        "test_calendar::test_clocks_that_jump",
        "test_long_and_short_days::test_a_day_has_the_calls_of_its_hours",
    ),
    fault(
        "a speech worker, a look-up, a webhook or a mail server hangs, drips or is gone",
        "a limit of time and a way on; nobody else waits",
        "test_media_speech::test_a_hung_worker_is_killed_when_the_limit_is_over",
        "test_http_source::test_a_server_that_drips_is_given_up_in_time",
        "test_sql_source::test_a_slow_query_is_stopped_in_time_and_stops_nobody_else",
        "test_lookups::test_a_dead_source_is_left_alone_and_then_probed_once",
        "test_screen_pop::test_to_tell_never_waits_whatever_the_webhook_does",
        "test_mail::test_a_server_that_says_nothing_is_left_in_time",
    ),
    fault(
        "broken files at a reload",
        "the old stays in force, with every problem told; calls end on what they began with",
        "test_reloading::test_with_any_problem_the_old_stays_and_every_problem_is_told",
        "test_reloading::test_calls_under_way_keep_the_flow_they_began_with",
        "test_security_fuzz::test_whatever_comes_is_read_or_refused_and_soon",
    ),
    fault(
        "five times the calls that there is room for; a queue of thousands",
        "polite refusals, no slower service for who is in, and the order of arrival",
        "test_floods::test_five_times_what_there_is_room_for_is_refused_politely_and_slows_nobody",
        "test_floods::test_a_long_queue_is_entered_kept_in_order_and_drained_while_others_leave",
        "test_flood::test_five_times_what_there_is_room_for",
    ),
    fault(
        "SIGTERM, a restart, an upgrade under traffic",
        "the calls are handed back, and the engine that stands by or is started goes on with them",
        UPGRADE,
        KILLED,
        "test_crash::test_an_engine_that_is_told_to_stop_hands_its_callers_back",
        "test_call_handler::test_a_call_that_is_being_hung_up_is_not_handed_back_any_more",
    ),
    fault(
        "nobody takes the log: a reader that stopped, a full disk",
        "lines are dropped and counted",
        "test_log_blocked::test_a_reader_that_stopped_costs_lines_and_no_call",
        "test_log_blocked::test_a_full_disk_costs_lines_and_no_call",
        "test_logs::test_a_stopped_reader_costs_lines_and_no_time",
    ),
    fault(
        "an application of the switch never ends",
        "given up at its limit; the flow goes on at `on_error`",
        "test_switch_faults::test_a_step_whose_application_never_ends_is_given_up",
    ),
    fault(
        "rubbish on the wire: no UTF-8, NUL, endless headers, broken JSON",
        "the call or the connection ends, and nothing else",
        "test_switch_faults::test_wrong_bytes_in_events_end_no_engine_and_leave_nothing_behind",
        "test_esl_wire::test_arbitrary_bytes_give_messages_or_a_wire_error_and_chunking_changes_nothing",
        FUZZ,
    ),
    fault(
        "few file descriptors",
        "new calls are refused at nine tenths of them; no loop, nobody who is in notices",
        "test_engine_killed::test_an_engine_with_few_descriptors_refuses_calls_and_goes_on",
        "test_listener::test_few_file_descriptors_count_as_full",
    ),
    fault(
        "the switch recovers a call after its own death",
        "it goes on at its step in the same record",
        "test_switch_faults::test_a_recovered_call_goes_on_at_its_step_in_the_same_record",
    ),
)

INVARIANTS = (
    "each call and each contact has exactly one end and one record, which is that of its journal",
    "no call has two owners, no caller two places, no agent two talks",
    "an agent has one offer at most; each ends once, in one of five ways, in time; states have no gap",
    "no agent stays busy without a call",
    "no channel is left without an owner",
    "no caller hears long silence",
    "who came first is answered first, over restarts too",
    "the switch and the records know the same calls",
    "greenlets and file descriptors are what they were",
    "nobody but the two who talk ends a talk",
)
"""I1 to I10, as tests/faults/checker.py looks for them."""
