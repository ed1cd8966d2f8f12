"""What FreeSWITCH makes of text: the rows of what was measured, in their order."""

from tests.security.attack import attack

RAW = "test_raw_text::test_our_switch_makes_no_command_of_raw_text"
CANARY = "test_canary::test_nothing_that_callers_and_look_ups_say_is_run_whatever_a_flow_does_with_it"
SINKS = "test_security_sinks::test_no_hostile_text_means_anything_to_the_switch"
ONE = "test_security_sinks::test_any_text_is_exactly_one_command_or_a_value_error"
SHOWN = "test_canary::test_what_an_agents_phone_shows_of_a_caller_is_a_name_and_nothing_else"
CODE = "test_security_sinks::test_no_variable_that_is_code_can_be_set"

SWITCH = (
    attack("`${system …}` in an application's argument", "types without `$`; api-expansion off", SINKS, RAW, CANARY),
    attack("the same in a counted body", "the same", RAW, ONE),
    attack("`set x=${system …}`, which expands twice", "`set` cannot be said; api-expansion off", RAW),
    attack("one backslash before it", "no backslash in any argument", SINKS, RAW),
    attack("`set y=\\${…}`, which eats the escape", "`set` cannot be said; api-expansion off", RAW),
    attack(
        "a variable that holds it, expanded when it is used",
        "values without `$`; api-expansion off",
        "test_raw_text::test_our_switch_makes_no_command_of_a_variable",
        SINKS,
    ),
    attack(
        "several variables at once by the api",
        "cannot be said; FreeSWITCH refuses it too",
        "test_raw_text::test_our_switch_sets_no_several_variables_with_commands",
    ),
    attack("`$${…}` and `${system(…)}`", "types without `$`; api-expansion off", SINKS, RAW, CANARY),
    attack(
        "`${name}` without a command",
        "app_disable_expand_variables in the dialplan",
        "test_raw_text::test_the_dialplan_has_arguments_left_as_they_are",
    ),
    attack("`multiset`, which expands by itself", "values of letters and digits; api-expansion off", RAW, SINKS),
    attack(
        "api-expansion left on",
        "`fsapp check` refuses such a configuration",
        "test_raw_text::test_without_the_lock_the_canary_would_sing",
        "test_freeswitch_conf::test_the_linter_finds_what_opens_a_door",
    ),
    attack("`,execute_on_answer=system …` in braces", "braces hold typed values only", SINKS, CANARY, SHOWN),
    attack("a `'` that ends a quoted value", "a name to show has letters, digits, blank, `.`, `-`", SINKS, SHOWN),
    attack("`^^;` as another separator", "the same", SINKS, SHOWN),
    attack(
        "a caller's number around a bridge",
        "one that can be dialled, or none",
        "test_esl_commands::test_no_callers_number_reaches_the_settings_of_a_bridge_but_one_that_can_be_dialled",
    ),
    attack("`${` in braces", "types without `$`", SINKS),
    attack("a line break that adds a header", "arguments in counted bodies, no control characters", ONE, SINKS),
    attack(
        "a blank line that begins a second command",
        "the same",
        ONE,
        "test_esl_commands::test_any_text_gives_a_value_error_or_exactly_one_command",
        "test_esl_greenswitch_defects::test_defect_12_no_argument_is_a_second_command",
    ),
    attack("the same in a counted body", "nothing in a body ends a command", RAW, ONE),
    attack("`%[a=b]`, variables of one application", "refused in every argument", SINKS, RAW),
    attack(
        "`${` in a SIP display name or X-header",
        "text stays text",
        "test_intruders::test_no_text_of_a_caller_is_run_by_the_switch",
        "test_canary::test_nothing_in_a_callers_number_or_headers_is_run",
    ),
    attack(
        "`%0A` there, which forges headers of events",
        "split before decoded; JSON events",
        "test_intruders::test_an_escaped_newline_forges_no_header",
        "test_esl_greenswitch_defects::test_defect_01_nothing_in_a_value_forges_a_header",
    ),
    attack(
        "file names that are more: `{modname=…}`, `shell_stream://`, `http://`, `..`",
        "plain paths below a root; modules not loaded",
        "test_security_paths::test_freeswitch_is_told_plain_paths_only",
        "test_security_paths::test_no_name_leads_out_of_its_folder",
        RAW,
    ),
    attack("variables that are code: `execute_on_*`, `api_*`, `hold_music` …", "cannot be set", CODE),
    attack(
        "api commands that run others: `expand`, `eval`, `sched_api`, `uuid_broadcast x app::y`",
        "a list of commands, and a type for each of their words",
        "test_esl_commands::test_an_api_command_that_runs_others_cannot_be_said",
        "test_security_sinks::test_no_api_command_places_a_leg_or_runs_an_application",
        "test_security_sinks::test_every_api_command_with_words_is_in_the_table",
    ),
)
