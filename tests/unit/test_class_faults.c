/* A class whose file cannot be written, was written by somebody else, or was opened twice. */
#include "support/test.h"

#include "base/utf8.h"
#include "support/room.h"
#include "tui/visit.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

static void change_file(struct room *room, const char *sql)
{
    sqlite3 *db;
    char *error = NULL;
    assert_int_equal(sqlite3_open(room->path, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &error) != SQLITE_OK)
        fail_msg("%s", error);
    sqlite3_close(db);
}

#define REFUSE(table, when)                                                                        \
    "CREATE TRIGGER no BEFORE " when " ON " table " BEGIN SELECT RAISE(ABORT, 'no room'); END;"
#define ALLOW "DROP TRIGGER no;"

static void test_a_vote_that_cannot_be_written_is_not_opened(void **state)
{
    struct room *room = *state;
    struct desk *desk = &room->desk;
    struct err err;
    struct pupil *ada = room_join(room, "Ada");
    assert_true(desk_ask(desk, room_question(room, "q1"), 0, &err));
    room_settle(room);
    assert_true(pupil_say(ada, "0", &err));
    room_settle(room);
    assert_true(desk_reveal(desk, &err));
    change_file(room, REFUSE("round", "INSERT"));
    assert_false(desk_ask(desk, room_question(room, "q2"), 0, &err));
    assert_non_null(strstr(err.text, "no room"));
    /* Everything is as it was: nothing of the other question can be revealed. */
    assert_int_equal(desk->phase, PHASE_REVEAL);
    assert_int_equal(desk->q, 1);
    assert_ptr_equal(desk->question, room_question(room, "q1"));
    assert_int_equal(desk_tally(desk, 1).answered, 1);
    change_file(room, ALLOW);
    assert_true(desk_ask(desk, room_question(room, "q2"), 0, &err));
    assert_int_equal(desk->q, 2);
}

static void test_a_second_vote_that_cannot_be_written_can_be_held_later(void **state)
{
    struct room *room = *state;
    struct desk *desk = &room->desk;
    struct err err;
    assert_true(desk_ask(desk, room_question(room, "q1"), 0, &err));
    assert_true(desk_lock(desk, &err));
    change_file(room, REFUSE("round", "INSERT"));
    assert_false(desk_revote(desk, &err));
    assert_int_equal(desk->rd, 1);
    change_file(room, ALLOW);
    assert_true(desk_revote(desk, &err));
    assert_int_equal(desk->rd, 2);
}

static void test_time_that_is_up_and_cannot_be_written_is_said_and_tried_again(void **state)
{
    struct room *room = *state;
    struct desk *desk = &room->desk;
    struct err err;
    room_join(room, "Ada");
    assert_true(desk_limit(desk, 2, &err));
    assert_true(desk_ask(desk, room_question(room, "q1"), 0, &err));
    change_file(room, REFUSE("round", "INSERT"));
    room_wait(room, 4);
    assert_int_equal(desk->phase, PHASE_OPEN);
    assert_non_null(strstr(desk->problem, "cannot be closed"));
    change_file(room, ALLOW);
    room_wait(room, 4);
    assert_int_equal(desk->phase, PHASE_LOCKED);
}

static void test_a_state_that_could_not_be_written_is_told_later(void **state)
{
    struct room *room = *state;
    struct desk *desk = &room->desk;
    struct err err;
    char code[CLASS_CODE];
    struct pupil *ada = room_join(room, "Ada");
    assert_true(desk_ask(desk, room_question(room, "q1"), 0, &err));
    room_settle(room);
    change_file(room, REFUSE("session", "UPDATE"));
    assert_true(desk_lock(desk, &err));
    assert_non_null(strstr(desk->problem, "no room"));
    room_settle(room);
    assert_int_equal(ada->phase, PHASE_OPEN);
    snprintf(code, sizeof code, "%s", desk->session.code);
    assert_false(desk_change_code(desk, &err));
    assert_string_equal(desk->session.code, code);
    change_file(room, ALLOW);
    room_wait(room, 2);
    assert_int_equal(ada->phase, PHASE_LOCKED);
    assert_string_equal(desk->problem, "");
}

static void test_numbers_that_cannot_be_are_not_drawn(void **state)
{
    struct room *room = *state;
    struct pupil *ada = room_join(room, "Ada");
    room_shout(room, "state",
               "{\"ep\":9,\"rev\":1,\"ph\":\"reveal\",\"q\":1,\"rd\":1,"
               "\"h1\":[-1000000,1000001],\"h2\":[1,999999999],\"key\":[63],"
               "\"moves\":[0,1,-5]}");
    pupil_serve(ada);
    assert_int_equal(ada->phase, PHASE_REVEAL);
    assert_int_equal(ada->h1_count + ada->h2_count + ada->key_count + ada->move_count, 0);
}

static void test_who_cannot_be_removed_on_disk_stays_in(void **state)
{
    struct room *room = *state;
    struct err err;
    struct pupil *ada = room_join(room, "Ada");
    change_file(room, REFUSE("seat", "INSERT"));
    assert_false(desk_remove(&room->desk, ada->seat, false, &err));
    assert_int_equal(room->desk.seats[0].row.state, SEAT_IN);
    change_file(room, ALLOW);
    assert_true(desk_remove(&room->desk, ada->seat, false, &err));
    room_settle(room);
    assert_int_equal(ada->stage, PUPIL_REMOVED);
}

/* The answer reaches only the old one: it must not be told "recorded", for the new one has read the file. */
static void test_an_instructor_that_was_superseded_records_nothing(void **state)
{
    struct room *room = *state;
    struct err err;
    struct pupil *ada = room_join(room, "Ada");
    assert_true(desk_ask(&room->desk, room_question(room, "q1"), 0, &err));
    room_settle(room);
    change_file(room, "UPDATE session SET ep = ep + 1;");
    assert_true(pupil_say(ada, "0", &err));
    desk_serve(&room->desk);
    pupil_serve(ada);
    assert_int_equal(ada->answer, ANSWER_SENDING);
    assert_true(room->desk.superseded);
    assert_int_equal(desk_tally(&room->desk, 1).answered, 0);
}

static void reopen(struct room *room)
{
    desk_close(&room->desk);
    room->instructor->close(room->instructor);
    room_open_desk(room, true);
}

static void test_a_locked_class_is_locked_when_it_is_resumed(void **state)
{
    struct room *room = *state;
    desk_lock_lobby(&room->desk, true);
    reopen(room);
    struct pupil *ada = room_join(room, "Ada");
    assert_int_equal(ada->stage, PUPIL_REFUSED);
    assert_non_null(strstr(ada->why, "locked"));
}

static void test_numbers_of_the_file_that_cannot_be_are_passed_over(void **state)
{
    struct room *room = *state;
    struct err err;
    room_join(room, "Ada");
    assert_true(desk_ask(&room->desk, room_question(room, "q1"), 0, &err));
    change_file(room,
                "UPDATE round SET rd = 99; UPDATE session SET left_ms = 9223372036854775807;");
    reopen(room);
    room_settle(room);
    assert_true(room->desk.rd >= 0 && room->desk.rd <= 2);
    assert_true(room->desk.left_ns <= (int64_t)DESK_MOST_MS * 1000000);
}

static void test_a_hole_among_the_seats_is_no_session_of_ours(void **state)
{
    struct room *room = *state;
    struct err err;
    static const uint64_t key[DESK_KEY] = {5};
    struct class_session session;
    struct desk desk;
    room_join(room, "Ada");
    room_join(room, "Bo");
    room_join(room, "Cy");
    change_file(room, "DELETE FROM seat WHERE seat = 2;");
    assert_true(class_resume(room->store, NULL, &room->arena, &session, &err));
    assert_false(desk_open(&desk, room->store, &session, room->instructor, &room->clock, key, NULL,
                           NULL, &err));
    assert_non_null(strstr(err.text, "a seat is missing"));
    desk_close(&desk);
}

static void test_a_list_admits_each_name_once_though_none_is_written(void **state)
{
    struct room *room = *state;
    static const char *const names[] = {"Ada", "Bo", NULL};
    room->desk.session.anonymous = true;
    room->desk.roster = names;
    assert_int_equal(room_join(room, "Ada")->stage, PUPIL_SEATED);
    struct pupil *again = room_join(room, "Ada");
    assert_int_equal(again->stage, PUPIL_REFUSED);
    assert_non_null(strstr(again->why, "already"));
    assert_int_equal(room_join(room, "Bo")->stage, PUPIL_SEATED);
    assert_int_equal(room_join(room, "Eve")->stage, PUPIL_REFUSED);
    assert_string_equal(room->desk.seats[0].row.name, "");
}

/* Whoever has the code may ask as often as he likes; it costs the others nothing. */
static void test_the_lobby_is_heard_so_many_times_and_no_more(void **state)
{
    struct room *room = *state;
    struct err err;
    char rest[60];
    struct pupil *ada = room_join(room, "Ada");
    for (int i = 0; i < 6000; i++) {
        snprintf(rest, sizeof rest, "join/%032x", i);
        room_shout(room, rest, "{\"name\":\"\"}");
    }
    assert_true(room->desk.lobby_tokens < 1);
    assert_true(desk_ask(&room->desk, room_question(room, "q1"), 0, &err));
    room_settle(room);
    assert_true(pupil_say(ada, "0", &err));
    room_settle(room);
    assert_int_equal(ada->answer, ANSWER_RECORDED);
    room_wait(room, 1);
    assert_int_equal(room_join(room, "Late")->stage, PUPIL_SEATED);
}

/* After a restart with a clock that was set back, a changed answer is still the later one. */
static void test_a_clock_that_goes_back_loses_no_change_of_mind(void **state)
{
    struct room *room = *state;
    struct err err;
    struct pupil *ada = room_join(room, "Ada");
    assert_true(desk_ask(&room->desk, room_question(room, "q1"), 0, &err));
    room_settle(room);
    assert_true(pupil_say(ada, "0", &err));
    room_settle(room);
    pupil_close(ada);
    int64_t earlier_ms = room->now_ms - 600000;
    struct clock earlier = clock_manual(&earlier_ms);
    assert_true(pupil_open(ada, room->code, "Ada", room->seats[0], (const uint64_t[]){77, 78},
                           &earlier, room_connect, room, &err));
    room_settle(room);
    assert_int_equal(ada->answer, ANSWER_RECORDED);
    assert_true(pupil_say(ada, "1", &err));
    room_settle(room);
    assert_int_equal(ada->answer, ANSWER_RECORDED);
    assert_string_equal(ada->a, "1");
    assert_int_equal(desk_tally(&room->desk, 1).option[1], 1);
}

static void test_a_name_is_cut_at_a_whole_character(void **state)
{
    char out[8];
    (void)state;
    utf8_copy(out, sizeof out, "abcdé€");
    assert_string_equal(out, "abcdé");
    utf8_copy(out, sizeof out, "abc");
    assert_string_equal(out, "abc");
    utf8_copy(out, 1, "abc");
    assert_string_equal(out, "");
}

#define IN_A_ROOM(test) cmocka_unit_test_setup_teardown(test, room_open, room_close)

struct narrow {
    struct room *room;
    int left; /* connections that can still be made */
};

static struct transport *connect_while_any_is_left(void *user, const struct pupil *pupil,
                                                   struct err *err)
{
    struct narrow *narrow = user;
    if (narrow->left-- > 0)
        return room_connect(narrow->room, pupil, err);
    err_set(err, "out of descriptors");
    return NULL;
}

/* The lobby could be reached, and with the seat no connection more. */
static void test_who_cannot_connect_a_second_time_is_told(void **state)
{
    struct room *room = *state;
    struct narrow narrow = {room, 1};
    struct visit visit = {0};
    struct course course = {0};
    struct err err;
    assert_true(pupil_open(&visit.pupil, room->code, "Ada", room->seats[0],
                           (const uint64_t[]){1, 2}, &room->clock, connect_while_any_is_left,
                           &narrow, &err));
    for (int i = 0; i < 8; i++) {
        desk_serve(&room->desk);
        pupil_serve(&visit.pupil);
    }
    assert_int_equal(visit.pupil.stage, PUPIL_REFUSED);
    assert_string_equal(visit.pupil.why, "out of descriptors");
    assert_null(visit.pupil.transport);
    visit_open(&visit, &course);
    visit.companion.serve(visit.companion.user);
    assert_int_equal(visit.companion.fd, -1);
    visit_close(&visit);
}

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        IN_A_ROOM(test_a_vote_that_cannot_be_written_is_not_opened),
        IN_A_ROOM(test_a_second_vote_that_cannot_be_written_can_be_held_later),
        IN_A_ROOM(test_time_that_is_up_and_cannot_be_written_is_said_and_tried_again),
        IN_A_ROOM(test_a_state_that_could_not_be_written_is_told_later),
        IN_A_ROOM(test_numbers_that_cannot_be_are_not_drawn),
        IN_A_ROOM(test_who_cannot_be_removed_on_disk_stays_in),
        IN_A_ROOM(test_an_instructor_that_was_superseded_records_nothing),
        IN_A_ROOM(test_a_locked_class_is_locked_when_it_is_resumed),
        IN_A_ROOM(test_numbers_of_the_file_that_cannot_be_are_passed_over),
        IN_A_ROOM(test_a_hole_among_the_seats_is_no_session_of_ours),
        IN_A_ROOM(test_a_list_admits_each_name_once_though_none_is_written),
        IN_A_ROOM(test_the_lobby_is_heard_so_many_times_and_no_more),
        IN_A_ROOM(test_a_clock_that_goes_back_loses_no_change_of_mind),
        cmocka_unit_test(test_a_name_is_cut_at_a_whole_character),
        IN_A_ROOM(test_who_cannot_connect_a_second_time_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
