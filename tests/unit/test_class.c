/* A class in one process: an instructor's desk and pupils on a loopback, with a real file. */
#include "support/test.h"

#include "base/utf8.h"
#include "support/room.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

static void test_a_vote_goes_through_the_whole_cycle(void **state)
{
    struct room *room = *state;
    struct err err;
    struct pupil *a = room_join(room, "Ada"), *b = room_join(room, "Bo"),
                 *c = room_join(room, "Cy");
    assert_int_equal(desk_present(&room->desk), 3);
    assert_false(pupil_say(a, "0", &err));
    assert_true(desk_ask(&room->desk, room_question(room, "q1"), 0, &err));
    room_settle(room);
    assert_string_equal(a->item.text, "Which?");
    assert_int_equal(a->item.choice_count, 3);
    assert_true(pupil_say(a, "0", &err));
    assert_true(pupil_say(b, "1", &err));
    assert_true(pupil_say(c, "1", &err));
    assert_int_equal(a->answer, ANSWER_SENDING);
    room_settle(room);
    assert_int_equal(a->answer, ANSWER_RECORDED);
    assert_int_equal(a->voted, 3);
    assert_int_equal(a->h1_count, 0); /* the bars are hidden, and so is the key */
    assert_int_equal(a->key_count, 0);
    assert_true(desk_lock(&room->desk, &err));
    struct tally tally = desk_tally(&room->desk, 1);
    assert_int_equal(peer_advice(&tally), ADVICE_DISCUSS); /* 1 of 3 */
    assert_true(desk_revote(&room->desk, &err));
    room_settle(room);
    assert_int_equal(b->answer, ANSWER_NONE);
    pupil_say(a, "0", &err);
    pupil_say(b, "0", &err);
    pupil_say(c, "2", &err);
    room_settle(room);
    assert_true(desk_reveal(&room->desk, &err));
    room_settle(room);
    assert_int_equal(c->phase, PHASE_REVEAL);
    assert_int_equal(c->h1[1], 2);
    assert_int_equal(c->h2[0], 2);
    assert_int_equal(c->key[0], 0);
    assert_int_equal(c->move_count, 2);
    const struct question *similar =
        peer_similar(&room->quiz, room->desk.question, room->desk.asked, room->desk.asked_count);
    assert_ptr_equal(similar, room_question(room, "q2"));
    assert_true(desk_ask(&room->desk, similar, room->desk.q, &err));
    room_settle(room);
    assert_int_equal(b->item.choice_count, 2);
}

static void test_the_last_answer_counts_until_the_vote_is_closed(void **state)
{
    struct room *room = *state;
    struct err err;
    struct pupil *a = room_join(room, "Ada");
    desk_ask(&room->desk, room_question(room, "q1"), 0, &err);
    room_settle(room);
    pupil_say(a, "1", &err);
    room_settle(room);
    pupil_say(a, "0", &err);
    room_settle(room);
    assert_int_equal(desk_tally(&room->desk, 1).answered, 1);
    assert_int_equal(desk_tally(&room->desk, 1).right, 1);
    desk_lock(&room->desk, &err);
    room_shout(room, "a/1", "{\"ep\":1,\"q\":1,\"rd\":1,\"n\":9007199254740000,\"a\":\"2\"}");
    assert_int_equal(desk_tally(&room->desk, 1).option[2], 0);
}

static void test_numbers_are_answered_and_marked_too(void **state)
{
    struct room *room = *state;
    struct err err;
    struct pupil *a = room_join(room, "Ada");
    assert_false(desk_ask(&room->desk, room_question(room, "q4"), 0, &err)); /* an essay */
    assert_true(desk_ask(&room->desk, room_question(room, "q3"), 0, &err));
    room_settle(room);
    pupil_say(a, "4.05", &err);
    room_settle(room);
    assert_int_equal(desk_tally(&room->desk, 1).right, 1);
}

static void test_nothing_with_a_receipt_is_lost_when_the_instructor_is_killed(void **state)
{
    struct room *room = *state;
    struct err err;
    struct pupil *a = room_join(room, "Ada"), *b = room_join(room, "Bo");
    desk_ask(&room->desk, room_question(room, "q1"), 0, &err);
    room_settle(room);
    pupil_say(a, "0", &err);
    room_settle(room);
    assert_int_equal(a->answer, ANSWER_RECORDED);
    /* It dies: what is in memory is gone, what was sent is never read. */
    desk_close(&room->desk);
    room->instructor->close(room->instructor);
    pupil_say(b, "1", &err);
    pupil_serve(b);
    assert_int_equal(b->answer, ANSWER_SENDING);
    room_open_desk(room, true);
    assert_int_equal(room->desk.session.ep, 2);
    assert_int_equal(room->desk.phase, PHASE_OPEN);
    assert_int_equal(desk_tally(&room->desk, 1).right, 1);
    room->now_ms += 4000; /* it says it again by itself */
    room_settle(room);
    assert_int_equal(b->answer, ANSWER_RECORDED);
    assert_int_equal(desk_tally(&room->desk, 1).answered, 2);
    assert_int_equal(a->ep, 2);
}

static void test_an_answer_reaches_the_desk_after_the_network_is_back(void **state)
{
    struct room *room = *state;
    struct err err;
    struct pupil *a = room_join(room, "Ada");
    desk_ask(&room->desk, room_question(room, "q1"), 0, &err);
    room_settle(room);
    loopback_cut(a->transport, false);
    room_settle(room);
    assert_false(a->link);
    assert_int_equal(desk_present(&room->desk), 0);
    pupil_say(a, "0", &err);
    room_settle(room);
    assert_int_equal(a->answer, ANSWER_SENDING);
    loopback_cut(a->transport, true);
    room_settle(room);
    assert_int_equal(a->answer, ANSWER_RECORDED);
    assert_int_equal(desk_present(&room->desk), 1);
}

static void test_a_seat_survives_the_death_of_its_learner(void **state)
{
    struct room *room = *state;
    struct err err;
    struct pupil *a = room_join(room, "Ada");
    pupil_close(a);
    assert_true(pupil_open(a, room->code, "Ada", room->seats[0], (const uint64_t[]){77, 78},
                           &room->clock, room_connect, room, &err));
    room_settle(room);
    assert_int_equal(a->stage, PUPIL_SEATED);
    assert_int_equal(a->seat, 1);
    assert_int_equal(room->desk.seat_count, 1);
}

/* Whoever comes back in mid-vote sees what is recorded, and may still change it. */
static void test_a_learner_who_was_killed_hears_what_is_recorded(void **state)
{
    struct room *room = *state;
    struct err err;
    struct pupil *a = room_join(room, "Ada");
    assert_true(desk_ask(&room->desk, room_question(room, "q1"), 0, &err));
    room_settle(room);
    assert_true(pupil_say(a, "1", &err));
    room_settle(room);
    assert_int_equal(a->answer, ANSWER_RECORDED);
    pupil_close(a);
    assert_true(pupil_open(a, room->code, "Ada", room->seats[0], (const uint64_t[]){77, 78},
                           &room->clock, room_connect, room, &err));
    room_settle(room);
    assert_int_equal(a->answer, ANSWER_RECORDED);
    assert_string_equal(a->a, "1");
    room->now_ms += 1000;
    assert_true(pupil_say(a, "0", &err));
    room_settle(room);
    assert_int_equal(a->answer, ANSWER_RECORDED);
    assert_string_equal(a->a, "0");
}

static void expect_refusal(struct room *room, const char *name, const char *why)
{
    struct pupil *pupil = room_join(room, name);
    assert_int_equal(pupil->stage, PUPIL_REFUSED);
    if (!strstr(pupil->why, why))
        fail_msg("\"%s\" does not say \"%s\"", pupil->why, why);
}

static void test_a_refusal_says_why(void **state)
{
    struct room *room = *state;
    static const char *const roster[] = {"Ada", "Bo", "Dee", NULL};
    room_join(room, "Ada");
    expect_refusal(room, "Ada", "taken");
    expect_refusal(room, "", "name is needed");
    room->desk.roster = roster;
    expect_refusal(room, "Cy", "list");
    room->desk.session.locked = true;
    expect_refusal(room, "Bo", "locked");
    room->desk.session.locked = false;
    room->desk.session.seats = 1;
    expect_refusal(room, "Dee", "full");
}

static void test_to_remove_and_to_ban_are_two_things(void **state)
{
    struct room *room = *state;
    struct err err;
    struct pupil *a = room_join(room, "Ada"), *b = room_join(room, "Bo");
    assert_true(desk_remove(&room->desk, a->seat, false, &err));
    assert_true(desk_remove(&room->desk, b->seat, true, &err));
    assert_false(desk_remove(&room->desk, 9, true, &err));
    room_settle(room);
    assert_int_equal(a->stage, PUPIL_REMOVED);
    assert_int_equal(room_join(room, "Ada")->stage, PUPIL_SEATED);
    expect_refusal(room, "Bo", "closed this class to that name");
}

/* Whoever is banned has the same terminal, and tries another name, or the same in other letters. */
static void test_who_is_banned_stays_out_under_any_name(void **state)
{
    struct room *room = *state;
    struct err err;
    struct pupil *a = room_join(room, "Ada");
    assert_true(desk_remove(&room->desk, a->seat, true, &err));
    room_settle(room);
    assert_int_equal(a->stage, PUPIL_REMOVED);
    pupil_close(a);
    assert_true(pupil_open(a, room->code, "Eve", room->seats[0], (const uint64_t[]){77, 78},
                           &room->clock, room_connect, room, &err));
    room_settle(room);
    assert_int_equal(a->stage, PUPIL_REFUSED);
    assert_non_null(strstr(a->why, "closed this class to you"));
    expect_refusal(room, "ADA", "closed this class to that name");
}

/* Two terminals of one account: the newer goes on, and the older is told why it was thrown out. */
static void test_of_two_terminals_the_older_stops_and_says_why(void **state)
{
    struct room *room = *state;
    struct err err;
    struct pupil *a = room_join(room, "Ada"), *newer = &room->pupil[room->pupils];
    loopback_cut(a->transport, false); /* the network: nobody else has its seat */
    room_settle(room);
    assert_int_equal(a->stage, PUPIL_SEATED);
    loopback_cut(a->transport, true);
    room_settle(room);
    assert_true(pupil_open(newer, room->code, "Ada", room->seats[0], (const uint64_t[]){77, 78},
                           &room->clock, room_connect, room, &err));
    room->pupils++;
    loopback_cut(a->transport, false); /* a broker does that when another comes with its id */
    room_settle(room);
    assert_int_equal(a->stage, PUPIL_REMOVED);
    assert_non_null(strstr(a->why, "another terminal"));
    assert_int_equal(newer->stage, PUPIL_SEATED);
    assert_int_equal(newer->seat, 1);
}

/* The name of a seat is the one it was taken with. */
static void test_who_comes_back_keeps_the_name(void **state)
{
    struct room *room = *state;
    struct err err;
    struct pupil *a = room_join(room, "Ada");
    assert_false(a->name_kept || a->name_cut);
    pupil_close(a);
    assert_true(pupil_open(a, room->code, "Grace", room->seats[0], (const uint64_t[]){77, 78},
                           &room->clock, room_connect, room, &err));
    assert_true(a->name_kept);
    assert_string_equal(a->name, "Ada");
    struct pupil *b = room_join(room, "a name that goes on and on and on and on and on and on");
    assert_true(b->name_cut);
    assert_string_equal(b->name, "a name that goes on and on and on and on");
    assert_false(room_join(room, "a name of exactly forty columns, no more")->name_cut);
}

static void test_names_that_differ_in_case_alone_are_one(void **state)
{
    struct room *room = *state;
    room_join(room, "Ada");
    expect_refusal(room, "ada", "capital and small letters are the same");
    room_join(room, "Żółć");
    expect_refusal(room, "ŻÓŁĆ", "taken");
    room_join(room, "Σοφός");
    expect_refusal(room, "ΣΟΦΌΣ", "taken"); /* the last letter has a form of its own */
    assert_int_equal(room_join(room, "Adá")->stage, PUPIL_SEATED);
}

/* The list is read as names are compared everywhere else. */
static void test_a_roster_admits_a_name_in_any_letters(void **state)
{
    struct room *room = *state;
    static const char *const roster[] = {"Ada", "Żółć", NULL};
    room->desk.roster = roster;
    assert_int_equal(room_join(room, "ADA")->stage, PUPIL_SEATED);
    assert_int_equal(room_join(room, "żÓŁĆ")->stage, PUPIL_SEATED);
    expect_refusal(room, "ada", "taken");
    expect_refusal(room, "Adá", "list");
    room->desk.session.anonymous = true; /* the list alone can tell */
    room->desk.seats[0].row.state = SEAT_REMOVED;
    assert_int_equal(room_join(room, "aDA")->stage, PUPIL_SEATED);
    expect_refusal(room, "Ada", "in the class already");
}

static void test_a_late_learner_sees_the_vote_that_is_open(void **state)
{
    struct room *room = *state;
    struct err err;
    desk_ask(&room->desk, room_question(room, "q1"), 0, &err);
    struct pupil *late = room_join(room, "Ada");
    assert_true(pupil_may_answer(late));
    pupil_say(late, "0", &err);
    room_settle(room);
    assert_int_equal(late->answer, ANSWER_RECORDED);
}

/* What members are told beforehand they do not show, and cannot answer. */
static void test_a_question_is_told_before_its_vote_and_shown_with_it(void **state)
{
    struct room *room = *state;
    struct err err;
    const struct question *first = room_question(room, "q1"), *second = room_question(room, "q2");
    desk_prepare(&room->desk, first);
    struct pupil *ada = room_join(room, "Ada");
    assert_int_equal(ada->coming.q, 1);
    assert_int_equal(ada->item.q, 0);
    assert_false(pupil_may_answer(ada));
    assert_true(desk_ask(&room->desk, first, 0, &err));
    room_settle(room);
    assert_true(pupil_may_answer(ada));
    assert_int_equal(ada->coming.q, 0);
    struct pupil *late = room_join(room, "Bo");
    assert_true(pupil_may_answer(late));
    desk_prepare(&room->desk, second); /* not while a vote has the screen */
    room_settle(room);
    assert_int_equal(ada->coming.q, 0);
    assert_true(desk_reveal(&room->desk, &err));
    desk_show(&room->desk, 0, 0, "dropout 3.1 1");
    desk_show(&room->desk, 0, 1, "dropout 3.1 2");
    desk_prepare(&room->desk, first);
    desk_prepare(&room->desk, second);
    room_settle(room);
    assert_int_equal(ada->item.q, 1);
    assert_int_equal(ada->coming.q, 2);
    /* Another than was told is asked. */
    const struct question *third = room_question(room, "q3");
    assert_true(desk_ask(&room->desk, third, 0, &err));
    room_settle(room);
    assert_int_equal(ada->item.q, 2);
    assert_int_equal(ada->item.form, question_form(third));
    assert_true(pupil_may_answer(ada));
}

static void test_a_pause_holds_answers_back_and_loses_none(void **state)
{
    struct room *room = *state;
    struct err err;
    struct pupil *a = room_join(room, "Ada");
    desk_ask(&room->desk, room_question(room, "q1"), 0, &err);
    room_settle(room);
    desk_pause(&room->desk, &err);
    pupil_say(a, "0", &err); /* it had not heard of the pause */
    room_settle(room);
    assert_int_equal(a->answer, ANSWER_SENDING);
    assert_int_equal(desk_tally(&room->desk, 1).answered, 0);
    desk_pause(&room->desk, &err);
    room->now_ms += 4000;
    room_settle(room);
    assert_int_equal(a->answer, ANSWER_RECORDED);
}

static void test_a_flooder_is_dropped_and_harms_nobody(void **state)
{
    struct room *room = *state;
    struct err err;
    struct pupil *flooder = room_join(room, "Mallory"), *a = room_join(room, "Ada");
    desk_ask(&room->desk, room_question(room, "q1"), 0, &err);
    room_settle(room);
    char text[120];
    for (int i = 0; i < 1000; i++) {
        snprintf(text, sizeof text, "{\"ep\":1,\"q\":1,\"rd\":1,\"n\":%d,\"a\":\"1\"}", i + 1);
        room_shout(room, "a/1", text);
    }
    pupil_say(a, "0", &err);
    room_settle(room);
    assert_int_equal(a->answer, ANSWER_RECORDED);
    assert_int_equal(flooder->stage, PUPIL_REMOVED);
}

static void test_hostile_messages_change_nothing(void **state)
{
    struct room *room = *state;
    struct err err;
    struct pupil *a = room_join(room, "Ada");
    desk_ask(&room->desk, room_question(room, "q1"), 0, &err);
    room_settle(room);
    static const char *const texts[] = {
        "",
        "{",
        "[]",
        "{\"ep\":1}",
        "{\"ep\":1,\"q\":1,\"rd\":1,\"n\":1,\"a\":\"9\"}",
        "{\"ep\":1,\"q\":1,\"rd\":1,\"n\":1,\"a\":\"0 1\"}",
        "{\"ep\":1,\"q\":1,\"rd\":1,\"n\":1,\"a\":\"-1\"}",
        "{\"ep\":1,\"q\":1,\"rd\":1,\"n\":1,\"a\":\"\"}",
        "{\"ep\":1,\"q\":1,\"rd\":3,\"n\":1,\"a\":\"0\"}",
        "{\"ep\":1,\"q\":2,\"rd\":1,\"n\":1,\"a\":\"0\"}",
        "{\"ep\":1,\"q\":1,\"rd\":1,\"n\":0,\"a\":\"0\"}",
        "{\"ep\":1,\"q\":1,\"rd\":1,\"n\":1,\"n\":2,\"a\":\"0\"}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        room->now_ms += 1000;
        room_shout(room, "a/1", texts[i]);
    }
    static const char good[] = "{\"ep\":1,\"q\":1,\"rd\":1,\"n\":1,\"a\":\"0\"}";
    room_shout(room, "a/2", good);
    room_shout(room, "a/0", good);
    room_shout(room, "a/-1", good);
    room_shout(room, "a/1x", good);
    room_shout(room, "join/short", "{\"name\":\"x\"}");
    room_shout(room, "nonsense/1", good);
    assert_int_equal(desk_tally(&room->desk, 1).answered, 0);
    assert_int_equal(room->desk.seat_count, 1);
    room_settle(room);
    assert_int_equal(a->stage, PUPIL_SEATED);
}

static void test_hostile_names_become_one_clean_line(void **state)
{
    struct room *room = *state;
    room_join(room,
              "a\033[2Jb\nc\u202ed and much more than forty columns of a name that has no end");
    const char *name = room->desk.seats[0].row.name;
    assert_null(strpbrk(name, "\033\n"));
    assert_null(strstr(name, "\u202e"));
    assert_true(utf8_columns(name, strlen(name)) <= 40);
}

static void test_an_old_state_is_not_applied(void **state)
{
    struct room *room = *state;
    struct pupil *a = room_join(room, "Ada");
    int64_t rev = a->rev;
    static const char *const none[] = {NULL};
    struct transport *end = loopback_end(room->loopback, none, NULL, NULL);
    char topic[TRANSPORT_MOST_TOPIC];
    class_topic(room->desk.session.sid, "state", topic);
    static const char old[] = "{\"v\":1,\"ep\":1,\"rev\":1,\"ph\":\"end\"}";
    end->send(end, topic, old, sizeof old - 1, false);
    room_settle(room);
    assert_int_equal(a->stage, PUPIL_SEATED);
    assert_true(a->rev >= rev);
}

static void test_of_two_instructors_the_older_falls_silent(void **state)
{
    struct room *room = *state;
    struct err err;
    struct class_session session;
    struct pupil *a = room_join(room, "Ada");
    assert_true(class_resume(room->store, NULL, &room->arena, &session, &err));
    desk_show(&room->desk, 1, 1, "dropout 3.2 2");
    assert_true(room->desk.superseded);
    assert_non_null(strstr(room->desk.problem, "opened again"));
    room_settle(room);
    assert_string_equal(a->place, "");
    assert_int_equal(a->phase, PHASE_LOBBY);
}

static void test_an_older_instructor_that_says_nothing_notices_too(void **state)
{
    struct room *room = *state;
    struct err err;
    struct class_session session;
    assert_true(class_resume(room->store, NULL, &room->arena, &session, &err));
    room_wait(room, 3);
    assert_true(room->desk.superseded);
    room->desk.session.ep = 9; /* and it ends nothing that is not its own */
    class_end(room->store, &room->desk.session, &err);
    assert_true(class_resume(room->store, NULL, &room->arena, &session, &err));
}

static void test_an_instructor_on_another_machine_is_heard(void **state)
{
    struct room *room = *state;
    room_join(room, "Ada");
    room_shout(room, "ins", "{\"on\":0,\"ep\":1}"); /* its own will */
    assert_false(room->desk.superseded);
    room_shout(room, "ins", "{\"on\":1,\"ep\":2}");
    assert_true(room->desk.superseded);
    assert_non_null(strstr(room->desk.problem, "opened again"));
    struct err err;
    unsigned rev = (unsigned)room->pupil[0].rev;
    desk_ask(&room->desk, room_question(room, "q1"), 0, &err);
    room_settle(room);
    assert_int_equal(room->pupil[0].rev, rev);
}

static bool count_names(void *user, const struct class_seat *seat)
{
    *(size_t *)user += *seat->name != '\0';
    return true;
}

static void test_anonymous_names_are_never_written(void **state)
{
    struct room *room = *state;
    struct err err;
    size_t names = 0;
    room->desk.session.anonymous = true;
    room_join(room, "Ada");
    assert_int_equal(room_join(room, "Ada")->stage, PUPIL_SEATED); /* no name, no clash */
    assert_string_equal(room->desk.seats[0].row.name, "");
    assert_true(class_seats(room->store, room->desk.session.sid, count_names, &names, &err));
    assert_int_equal(names, 0);
}

static void test_advice_turns_at_thirty_and_seventy(void **state)
{
    (void)state;
    struct {
        size_t right, answered;
        enum advice advice;
    } cases[] = {{0, 0, ADVICE_NONE},     {0, 5, ADVICE_TEACH},    {29, 100, ADVICE_TEACH},
                 {3, 10, ADVICE_DISCUSS}, {7, 10, ADVICE_DISCUSS}, {71, 100, ADVICE_EXPLAIN},
                 {10, 10, ADVICE_EXPLAIN}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tally tally = {.answered = cases[i].answered, .right = cases[i].right};
        assert_int_equal(peer_advice(&tally), cases[i].advice);
    }
}

static void test_seats_have_passwords_of_their_own(void **state)
{
    (void)state;
    static const uint64_t key[DESK_KEY] = {1, 2, 3, 4}, other[DESK_KEY] = {1, 2, 3, 5};
    char secrets[3][CLASS_SECRET];
    class_seat_secret(key, 1, secrets[0]);
    class_seat_secret(key, 2, secrets[1]);
    class_seat_secret(other, 1, secrets[2]);
    /* HMAC-SHA-256 of "seat 1" under the 32 bytes 01 00 ... 04 00 ..., by Python's hmac; its first half. */
    assert_string_equal(secrets[0], "5b17bc430882474d7b7e6f746b5926b3");
    assert_string_not_equal(secrets[0], secrets[1]);
    assert_string_not_equal(secrets[0], secrets[2]);
}

static void test_codes_are_read_as_people_type_them(void **state)
{
    (void)state;
    char code[CLASS_CODE], read[CLASS_CODE], typed[80];
    class_new_code((const uint64_t[]){0x123456789abcdef, 0xfedcba987654321}, code);
    assert_int_equal(strlen(code), 24);
    assert_true(class_read_code(code, read));
    assert_string_equal(read, code);
    size_t length = 0;
    for (const char *c = code; *c; c++)
        if (*c != '-')
            typed[length++] = *c == '0' ? 'o' : *c == '1' ? 'l' : *c >= 'A' ? (char)(*c + 32) : *c;
    typed[length] = '\0';
    assert_true(class_read_code(typed, read));
    assert_string_equal(read, code);
    assert_false(class_read_code("ABCD", read));
    assert_false(class_read_code("", read));
    typed[length - 1] = '?';
    assert_false(class_read_code(typed, read));
}

/* What version 1 lacks is added; what it holds stays. */
static void test_a_file_of_the_first_version_is_brought_up(void **state)
{
    struct room *room = *state;
    struct err err;
    struct class_session session;
    sqlite3 *db;
    room_join(room, "Ada");
    class_close(room->store);
    assert_int_equal(sqlite3_open(room->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db,
                                  "ALTER TABLE session DROP COLUMN phase;"
                                  "ALTER TABLE session DROP COLUMN left_ms;"
                                  "ALTER TABLE session DROP COLUMN limit_ms;"
                                  "ALTER TABLE session DROP COLUMN elapsed_ms;"
                                  "ALTER TABLE session DROP COLUMN locked;"
                                  "ALTER TABLE session DROP COLUMN roster;"
                                  "ALTER TABLE session DROP COLUMN seats;"
                                  "PRAGMA user_version = 1;",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(db);
    room->store = room->desk.store = class_open(room->path, &room->clock, &err);
    assert_non_null(room->store);
    assert_true(class_resume(room->store, NULL, &room->arena, &session, &err));
    assert_string_equal(session.sid, room->desk.session.sid);
    assert_int_equal(session.phase, -1);
    assert_int_equal(session.left_ms, -1);
    assert_int_equal(session.limit_ms, 0);
    assert_int_equal(session.elapsed_ms, 0);
    assert_true(class_mark(room->store, &session, &err));
    class_close(room->store); /* and one of the second */
    assert_int_equal(sqlite3_open(room->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db,
                                  "UPDATE session SET phase = 4, left_ms = 5000;"
                                  "ALTER TABLE session DROP COLUMN limit_ms;"
                                  "ALTER TABLE session DROP COLUMN elapsed_ms;"
                                  "ALTER TABLE session DROP COLUMN locked;"
                                  "ALTER TABLE session DROP COLUMN roster;"
                                  "ALTER TABLE session DROP COLUMN seats;"
                                  "PRAGMA user_version = 2;",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(db);
    room->store = room->desk.store = class_open(room->path, &room->clock, &err);
    assert_non_null(room->store);
    assert_true(class_resume(room->store, NULL, &room->arena, &session, &err));
    assert_int_equal(session.phase, 4);
    assert_int_equal(session.left_ms, 5000);
    assert_true(class_mark(room->store, &session, &err));
}

int main(void)
{
    utf8_start();
#define IN_A_ROOM(test) cmocka_unit_test_setup_teardown(test, room_open, room_close)
    const struct CMUnitTest tests[] = {
        IN_A_ROOM(test_a_vote_goes_through_the_whole_cycle),
        IN_A_ROOM(test_the_last_answer_counts_until_the_vote_is_closed),
        IN_A_ROOM(test_numbers_are_answered_and_marked_too),
        IN_A_ROOM(test_nothing_with_a_receipt_is_lost_when_the_instructor_is_killed),
        IN_A_ROOM(test_an_answer_reaches_the_desk_after_the_network_is_back),
        IN_A_ROOM(test_a_seat_survives_the_death_of_its_learner),
        IN_A_ROOM(test_a_learner_who_was_killed_hears_what_is_recorded),
        IN_A_ROOM(test_a_refusal_says_why),
        IN_A_ROOM(test_to_remove_and_to_ban_are_two_things),
        IN_A_ROOM(test_who_is_banned_stays_out_under_any_name),
        IN_A_ROOM(test_of_two_terminals_the_older_stops_and_says_why),
        IN_A_ROOM(test_who_comes_back_keeps_the_name),
        IN_A_ROOM(test_names_that_differ_in_case_alone_are_one),
        IN_A_ROOM(test_a_roster_admits_a_name_in_any_letters),
        IN_A_ROOM(test_a_late_learner_sees_the_vote_that_is_open),
        IN_A_ROOM(test_a_question_is_told_before_its_vote_and_shown_with_it),
        IN_A_ROOM(test_a_pause_holds_answers_back_and_loses_none),
        IN_A_ROOM(test_a_flooder_is_dropped_and_harms_nobody),
        IN_A_ROOM(test_hostile_messages_change_nothing),
        IN_A_ROOM(test_hostile_names_become_one_clean_line),
        IN_A_ROOM(test_an_old_state_is_not_applied),
        IN_A_ROOM(test_of_two_instructors_the_older_falls_silent),
        IN_A_ROOM(test_an_older_instructor_that_says_nothing_notices_too),
        IN_A_ROOM(test_an_instructor_on_another_machine_is_heard),
        IN_A_ROOM(test_anonymous_names_are_never_written),
        IN_A_ROOM(test_a_file_of_the_first_version_is_brought_up),
        cmocka_unit_test(test_advice_turns_at_thirty_and_seventy),
        cmocka_unit_test(test_codes_are_read_as_people_type_them),
        cmocka_unit_test(test_seats_have_passwords_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
