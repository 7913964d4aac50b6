/* The time of a vote, the pace, roaming, a new code: what an instructor has in hand beside the votes. */
#include "support/test.h"

#include "base/utf8.h"
#include "support/room.h"

#include <stdio.h>
#include <string.h>

/* A vote of 60 seconds. */
static void open_vote(struct room *room)
{
    struct err err;
    assert_true(desk_limit(&room->desk, 60, &err));
    assert_true(desk_ask(&room->desk, room_question(room, "q1"), 0, &err));
    room_settle(room);
}

static void expect_left(const struct room *room, const struct pupil *pupil, int seconds)
{
    int64_t desk = desk_left_ms(&room->desk), here = pupil_left_ms(pupil);
    if (desk < (seconds - 2) * 1000 || desk > (seconds + 2) * 1000 || here < desk - 1500 ||
        here > desk + 1500)
        fail_msg("%d s expected; the desk has %lld ms, the pupil %lld", seconds, (long long)desk,
                 (long long)here);
}

static void test_at_its_end_a_vote_is_closed_and_an_answer_is_late(void **state)
{
    struct room *room = *state;
    struct err err;
    struct pupil *a = room_join(room, "Ada"), *b = room_join(room, "Bo");
    open_vote(room);
    expect_left(room, a, 60);
    room_wait(room, 30);
    expect_left(room, a, 30);
    assert_true(pupil_is_ticking(a));
    pupil_say(a, "0", &err);
    room_wait(room, 25);
    assert_int_equal(room->desk.phase, PHASE_OPEN);
    room_wait(room, 6);
    assert_false(pupil_say(b, "1", &err)); /* it has heard that the vote is closed */
    assert_int_equal(room->desk.phase, PHASE_LOCKED);
    assert_int_equal(a->phase, PHASE_LOCKED);
    assert_int_equal(a->answer, ANSWER_RECORDED);
    room_shout(room, "a/1", "{\"ep\":1,\"q\":1,\"rd\":1,\"n\":9007199254740000,\"a\":\"2\"}");
    assert_int_equal(desk_tally(&room->desk, 1).option[2], 0);
}

static void test_without_a_limit_no_vote_ends_by_itself(void **state)
{
    struct room *room = *state;
    struct err err;
    struct pupil *a = room_join(room, "Ada");
    desk_ask(&room->desk, room_question(room, "q1"), 0, &err);
    room_wait(room, 200);
    assert_int_equal(room->desk.phase, PHASE_OPEN);
    assert_int_equal(pupil_left_ms(a), -1);
    assert_true(desk_limit(&room->desk, 20, &err)); /* now there is one */
    room_settle(room);
    expect_left(room, a, 20);
    assert_true(desk_limit(&room->desk, 0, &err));
    room_wait(room, 60);
    assert_int_equal(room->desk.phase, PHASE_OPEN);
    assert_int_equal(pupil_left_ms(a), -1);
    assert_false(desk_limit(&room->desk, 4000, &err));
}

static void test_a_pause_stops_the_time(void **state)
{
    struct room *room = *state;
    struct err err;
    struct pupil *a = room_join(room, "Ada");
    open_vote(room);
    room_wait(room, 10);
    assert_true(desk_pause(&room->desk, &err));
    room_wait(room, 100);
    expect_left(room, a, 50);
    assert_false(pupil_is_ticking(a));
    assert_true(desk_pause(&room->desk, &err));
    room_wait(room, 10);
    expect_left(room, a, 40);
}

static void test_the_time_stands_still_while_the_class_is_cut_off(void **state)
{
    struct room *room = *state;
    struct err err;
    struct pupil *a = room_join(room, "Ada"), *b = room_join(room, "Bo");
    open_vote(room);
    loopback_cut(b->transport, false);
    room_wait(room, 100);
    assert_int_equal(desk_missing(&room->desk), 1);
    expect_left(room, a, 60);
    assert_false(pupil_is_ticking(a));
    loopback_cut(b->transport, true);
    room_wait(room, 20);
    expect_left(room, b, 40);
    pupil_say(b, "0", &err); /* who has voted may go */
    room_settle(room);
    loopback_cut(b->transport, false);
    room_wait(room, 20);
    expect_left(room, a, 20);
}

/* Leaving is said, and is not what a network does. */
static void test_who_leaves_is_not_here_and_not_waited_for(void **state)
{
    struct room *room = *state;
    struct pupil *a = room_join(room, "Ada"), *b = room_join(room, "Bo");
    open_vote(room);
    assert_int_equal(desk_present(&room->desk), 2);
    pupil_close(b);
    room->pupils--;
    room_wait(room, 20);
    assert_int_equal(desk_present(&room->desk), 1);
    assert_int_equal(desk_missing(&room->desk), 0);
    expect_left(room, a, 40);
}

static void test_the_time_stands_still_while_the_instructor_is_away(void **state)
{
    struct room *room = *state;
    struct pupil *a = room_join(room, "Ada");
    open_vote(room);
    room_wait(room, 20);
    /* It is killed; what it had said last is on disk. */
    desk_close(&room->desk);
    room->instructor->close(room->instructor);
    static const char *const none[] = {NULL};
    struct transport *broker = loopback_end(room->loopback, none, NULL, NULL);
    char topic[TRANSPORT_MOST_TOPIC];
    class_topic(a->sid, "ins", topic);
    static const char off[] = "{\"on\":0,\"ep\":1}";
    broker->send(broker, topic, off, sizeof off - 1, true);
    broker->close(broker);
    pupil_serve(a);
    assert_false(a->instructor);
    int64_t left = pupil_left_ms(a);
    room->now_ms += 100000;
    assert_int_equal(pupil_left_ms(a), left);
    room_open_desk(room, true);
    room_settle(room);
    assert_int_equal(room->desk.phase, PHASE_OPEN);
    /* It may give back up to five seconds, never take some. */
    assert_true(desk_left_ms(&room->desk) >= 38000 && desk_left_ms(&room->desk) <= 46000);
    room_wait(room, 10);
    assert_true(pupil_is_ticking(a));
    assert_true(pupil_left_ms(a) < 40000);
}

static void test_a_resumed_class_is_where_it_was(void **state)
{
    struct room *room = *state;
    struct err err;
    room_join(room, "Ada");
    desk_ask(&room->desk, room_question(room, "q1"), 0, &err);
    desk_lock(&room->desk, &err);
    static const enum phase phases[] = {PHASE_LOCKED, PHASE_REVEAL, PHASE_SHOW};
    for (size_t i = 0; i < 3; i++) {
        if (phases[i] == PHASE_REVEAL)
            assert_true(desk_reveal(&room->desk, &err));
        if (phases[i] == PHASE_SHOW)
            assert_true(desk_show(&room->desk, 1, 1, "dropout 3.2 2"));
        desk_close(&room->desk);
        room->instructor->close(room->instructor);
        room_open_desk(room, true);
        assert_int_equal(room->desk.phase, phases[i]);
        desk_show(&room->desk, 1, 1, "dropout 3.1 1"); /* what the face does first */
        assert_int_equal(room->desk.phase, phases[i]);
    }
}

static void kill_and_resume(struct room *room)
{
    desk_close(&room->desk);
    room->instructor->close(room->instructor);
    room->now_ms += 3600 * 1000; /* a break, not a part of the class */
    room_open_desk(room, true);
}

static void test_a_resumed_class_keeps_the_time_of_a_vote(void **state)
{
    struct room *room = *state;
    struct err err;
    room_join(room, "Ada");
    assert_true(desk_limit(&room->desk, 60, &err));
    kill_and_resume(room);
    assert_int_equal(room->desk.limit_ms, 60000);
    desk_ask(&room->desk, room_question(room, "q1"), 0, &err);
    assert_int_equal(desk_left_ms(&room->desk), 60000);
    desk_lock(&room->desk, &err);
    assert_true(desk_limit(&room->desk, 0, &err));
    kill_and_resume(room);
    assert_int_equal(room->desk.limit_ms, 0);
}

static void test_a_resumed_class_keeps_its_minutes(void **state)
{
    struct room *room = *state;
    room_join(room, "Ada");
    room_wait(room, 600);
    int64_t before = desk_elapsed_ms(&room->desk);
    assert_in_range(before, 600000, 601000);
    kill_and_resume(room);
    int64_t elapsed = desk_elapsed_ms(&room->desk); /* but for what was not written down yet */
    assert_in_range(elapsed, before - 30000, before);
    room_wait(room, 60);
    assert_int_equal(desk_elapsed_ms(&room->desk), elapsed + 60000);
}

static void test_what_is_said_of_the_pace_is_counted_and_fades(void **state)
{
    struct room *room = *state;
    struct pupil *a = room_join(room, "Ada"), *b = room_join(room, "Bo");
    assert_true(pupil_say_pace(a, PACE_LOST));
    assert_true(pupil_say_pace(b, PACE_SLOW));
    room_settle(room);
    assert_int_equal(desk_pace(&room->desk, PACE_LOST), 1);
    assert_int_equal(desk_pace(&room->desk, PACE_SLOW), 1);
    assert_true(pupil_say_pace(b, PACE_SLOW)); /* taken back */
    room_settle(room);
    assert_int_equal(desk_pace(&room->desk, PACE_SLOW), 0);
    room->now_ms += 297 * 1000;
    assert_int_equal(desk_pace(&room->desk, PACE_LOST), 1);
    room->now_ms += 4000;
    assert_int_equal(desk_pace(&room->desk, PACE_LOST), 0);
    assert_int_equal(pupil_pace(a), PACE_NONE);
    room_shout(room, "p/1", "{\"on\":1,\"pace\":\"\\u001b[2Jnonsense\"}");
    assert_int_equal(desk_pace(&room->desk, PACE_LOST), 0);
    loopback_cut(a->transport, false);
    pupil_serve(a);
    assert_false(pupil_say_pace(a, PACE_LOST));
}

static void test_a_class_roams_until_the_next_question(void **state)
{
    struct room *room = *state;
    struct err err;
    struct pupil *a = room_join(room, "Ada");
    assert_false(desk_roam(&room->desk, true, &err)); /* not in the lobby */
    desk_show(&room->desk, 1, 1, "dropout 3.2 2");
    assert_true(desk_roam(&room->desk, true, &err));
    room_settle(room);
    assert_true(a->roam);
    desk_show(&room->desk, 1, 2, "dropout 3.2 3");
    room_settle(room);
    assert_true(a->roam);
    desk_ask(&room->desk, room_question(room, "q1"), 0, &err);
    room_settle(room);
    assert_false(a->roam);
    desk_lock(&room->desk, &err);
    assert_false(desk_roam(&room->desk, true, &err));
}

static void test_a_new_code_leaves_the_session_as_it_is(void **state)
{
    struct room *room = *state;
    struct pupil *a = room_join(room, "Ada");
    char before[CLASS_CODE], sid[CLASS_ID], read[CLASS_CODE];
    snprintf(before, sizeof before, "%s", room->desk.session.code);
    struct err err;
    assert_true(desk_change_code(&room->desk, &err));
    const char *after = room->desk.session.code;
    assert_string_not_equal(before, after);
    assert_int_equal(strncmp(before, after, 15), 0); /* the place is the same, the secret is not */
    assert_true(class_read_code(after, read));
    assert_string_equal(read, after);
    class_sid(after, sid);
    assert_string_equal(sid, room->desk.session.sid);
    room_settle(room);
    assert_int_equal(a->stage, PUPIL_SEATED);
    desk_close(&room->desk);
    room->instructor->close(room->instructor);
    snprintf(before, sizeof before, "%s", read);
    room_open_desk(room, true);
    assert_string_equal(room->desk.session.code, before);
}

int main(void)
{
    utf8_start();
#define IN_A_ROOM(test) cmocka_unit_test_setup_teardown(test, room_open, room_close)
    const struct CMUnitTest tests[] = {
        IN_A_ROOM(test_at_its_end_a_vote_is_closed_and_an_answer_is_late),
        IN_A_ROOM(test_without_a_limit_no_vote_ends_by_itself),
        IN_A_ROOM(test_a_pause_stops_the_time),
        IN_A_ROOM(test_the_time_stands_still_while_the_class_is_cut_off),
        IN_A_ROOM(test_who_leaves_is_not_here_and_not_waited_for),
        IN_A_ROOM(test_the_time_stands_still_while_the_instructor_is_away),
        IN_A_ROOM(test_a_resumed_class_is_where_it_was),
        IN_A_ROOM(test_a_resumed_class_keeps_the_time_of_a_vote),
        IN_A_ROOM(test_a_resumed_class_keeps_its_minutes),
        IN_A_ROOM(test_what_is_said_of_the_pace_is_counted_and_fades),
        IN_A_ROOM(test_a_class_roams_until_the_next_question),
        IN_A_ROOM(test_a_new_code_leaves_the_session_as_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
