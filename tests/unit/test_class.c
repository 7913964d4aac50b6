/* A class in one process: an instructor's desk and pupils on a loopback, with a real file. */
#include "support/test.h"

#include "base/finding.h"
#include "base/utf8.h"
#include "live/pupil.h"

#include <stdio.h>
#include <string.h>

enum { MOST_PUPILS = 8 };

static const char gift[] =
    "// [id:q1] [tag:objective:3a]\n::One::Which? {=right#yes ~wrong#no ~other#no}\n\n"
    "// [id:q2] [tag:objective:3a]\n::Two::Which again? {~no#a =yes#b}\n\n"
    "// [id:q3] [tag:objective:3b]\n::Three::How much? {#4:0.1}\n\n"
    "// [id:q4]\n::Four::Write. {}\n";

struct room {
    struct arena arena;
    struct quiz quiz;
    int64_t now_ms;
    struct clock clock;
    char path[200], seats[MOST_PUPILS][220];
    struct loopback *loopback;
    struct class_store *store;
    struct transport *instructor;
    struct desk desk;
    char code[CLASS_CODE];
    struct pupil pupil[MOST_PUPILS];
    size_t pupils;
    char root[80];
    const char *desk_filters[3], *seat_filters[3];
};

static const struct question *find(void *user, const char *key)
{
    return quiz_find(&((struct room *)user)->quiz, key);
}

static struct transport *connect_pupil(void *user, const struct pupil *pupil, struct err *err)
{
    struct room *room = user;
    (void)err;
    char will[120], seat[80];
    const char **filters = ARENA_ARRAY(&room->arena, 7, const char *);
    const char *sid = room->desk.session.sid;
    filters[0] = arena_printf(&room->arena, "nnt/1/%s/state", sid);
    filters[1] = arena_printf(&room->arena, "nnt/1/%s/item", sid);
    filters[2] = arena_printf(&room->arena, "nnt/1/%s/ins", sid);
    filters[3] = arena_printf(&room->arena, "nnt/1/%s/seat/%s", sid, pupil->cid);
    snprintf(seat, sizeof seat, "r/%lld", (long long)pupil->seat);
    filters[4] = arena_printf(&room->arena, "nnt/1/%s/%s", sid, seat);
    snprintf(will, sizeof will, "nnt/1/%s/p/%lld", sid, (long long)pupil->seat);
    return loopback_end(room->loopback, filters, arena_strdup(&room->arena, will), "{\"on\":0}");
}

/* Everybody takes what came, until nothing comes any more. */
static void settle(struct room *room)
{
    for (int i = 0; i < 8; i++) {
        desk_serve(&room->desk);
        for (size_t p = 0; p < room->pupils; p++)
            pupil_serve(&room->pupil[p]);
    }
    room->now_ms += 600; /* the number of votes is told now and then */
    desk_serve(&room->desk);
    for (size_t p = 0; p < room->pupils; p++)
        pupil_serve(&room->pupil[p]);
}

static void open_desk(struct room *room, bool resume)
{
    struct err err;
    struct class_session session = {.course = "c", .chapter = "dropout"};
    if (resume) {
        assert_true(class_resume(room->store, NULL, &room->arena, &session, &err));
    } else {
        snprintf(session.code, sizeof session.code, "%s", room->code);
        class_sid(room->code, session.sid);
        session.anonymous = room->desk.session.anonymous;
        assert_true(class_begin(room->store, &session, &err));
    }
    snprintf(room->root, sizeof room->root, "nnt/1/%s/", session.sid);
    room->desk_filters[0] = arena_printf(&room->arena, "%s+/+", room->root);
    room->desk_filters[1] = arena_printf(&room->arena, "%sins", room->root);
    room->instructor = loopback_end(room->loopback, room->desk_filters, NULL, NULL);
    if (!desk_open(&room->desk, room->store, &session, room->instructor, &room->clock, 5, find,
                   room, &err))
        fail_msg("%s", err.text);
    desk_serve(&room->desk);
}

static int set_up(void **state)
{
    struct room *room = memory_alloc(sizeof *room);
    struct err err;
    *state = room;
    room->now_ms = 1000000;
    room->clock = clock_manual(&room->now_ms);
    arena_init(&room->arena);
    gift_read(&room->quiz, &room->arena, "q.gift", gift, sizeof gift - 1, GIFT_GRADE, NULL);
    const char *folder = test_folder();
    snprintf(room->path, sizeof room->path, "%s/class.db", folder);
    for (int i = 0; i < MOST_PUPILS; i++)
        snprintf(room->seats[i], sizeof room->seats[i], "%s/seat%d", folder, i);
    room->loopback = loopback_new();
    room->store = class_open(room->path, &room->clock, &err);
    assert_non_null(room->store);
    class_new_code((const uint64_t[]){12345, 67890}, room->code);
    open_desk(room, false);
    return 0;
}

static int tear_down(void **state)
{
    struct room *room = *state;
    for (size_t i = 0; i < room->pupils; i++)
        pupil_close(&room->pupil[i]);
    desk_close(&room->desk);
    class_close(room->store);
    loopback_free(room->loopback);
    arena_free(&room->arena);
    memory_free(room);
    return 0;
}

static struct pupil *join(struct room *room, const char *name)
{
    struct err err;
    size_t i = room->pupils++;
    assert_true(pupil_open(&room->pupil[i], room->code, name, room->seats[i],
                           (const uint64_t[]){i + 1, 99}, &room->clock, connect_pupil, room, &err));
    settle(room);
    return &room->pupil[i];
}

/* A hostile end says what it likes, where it likes. */
static void shout(struct room *room, const char *rest, const char *text)
{
    char topic[TRANSPORT_MOST_TOPIC];
    class_topic(room->desk.session.sid, rest, topic);
    static const char *const none[] = {NULL};
    struct transport *end = loopback_end(room->loopback, none, NULL, NULL);
    end->send(end, topic, text, strlen(text), false);
    end->close(end);
    desk_serve(&room->desk);
}

static const struct question *question(struct room *room, const char *key)
{
    return quiz_find(&room->quiz, key);
}

static void test_a_vote_goes_through_the_whole_cycle(void **state)
{
    struct room *room = *state;
    struct err err;
    struct pupil *a = join(room, "Ada"), *b = join(room, "Bo"), *c = join(room, "Cy");
    assert_int_equal(desk_present(&room->desk), 3);
    assert_false(pupil_say(a, "0", &err));
    assert_true(desk_ask(&room->desk, question(room, "q1"), 0, &err));
    settle(room);
    assert_string_equal(a->item.text, "Which?");
    assert_int_equal(a->item.choice_count, 3);
    assert_true(pupil_say(a, "0", &err));
    assert_true(pupil_say(b, "1", &err));
    assert_true(pupil_say(c, "1", &err));
    assert_int_equal(a->answer, ANSWER_SENDING);
    settle(room);
    assert_int_equal(a->answer, ANSWER_RECORDED);
    assert_int_equal(a->voted, 3);
    assert_int_equal(a->h1_count, 0); /* the bars are hidden, and so is the key */
    assert_int_equal(a->key_count, 0);
    assert_true(desk_lock(&room->desk, &err));
    struct tally tally = desk_tally(&room->desk, 1);
    assert_int_equal(peer_advice(&tally), ADVICE_DISCUSS); /* 1 of 3 */
    assert_true(desk_revote(&room->desk, &err));
    settle(room);
    assert_int_equal(b->answer, ANSWER_NONE);
    pupil_say(a, "0", &err);
    pupil_say(b, "0", &err);
    pupil_say(c, "2", &err);
    settle(room);
    assert_true(desk_reveal(&room->desk, &err));
    settle(room);
    assert_int_equal(c->phase, PHASE_REVEAL);
    assert_int_equal(c->h1[1], 2);
    assert_int_equal(c->h2[0], 2);
    assert_int_equal(c->key[0], 0);
    assert_int_equal(c->move_count, 2);
    const struct question *similar =
        peer_similar(&room->quiz, room->desk.question, room->desk.asked, room->desk.asked_count);
    assert_ptr_equal(similar, question(room, "q2"));
    assert_true(desk_ask(&room->desk, similar, room->desk.q, &err));
    settle(room);
    assert_int_equal(b->item.choice_count, 2);
}

static void test_the_last_answer_counts_until_the_vote_is_closed(void **state)
{
    struct room *room = *state;
    struct err err;
    struct pupil *a = join(room, "Ada");
    desk_ask(&room->desk, question(room, "q1"), 0, &err);
    settle(room);
    pupil_say(a, "1", &err);
    settle(room);
    pupil_say(a, "0", &err);
    settle(room);
    assert_int_equal(desk_tally(&room->desk, 1).answered, 1);
    assert_int_equal(desk_tally(&room->desk, 1).right, 1);
    desk_lock(&room->desk, &err);
    shout(room, "a/1", "{\"ep\":1,\"q\":1,\"rd\":1,\"n\":9007199254740000,\"a\":\"2\"}");
    assert_int_equal(desk_tally(&room->desk, 1).option[2], 0);
}

static void test_numbers_are_answered_and_marked_too(void **state)
{
    struct room *room = *state;
    struct err err;
    struct pupil *a = join(room, "Ada");
    assert_false(desk_ask(&room->desk, question(room, "q4"), 0, &err)); /* an essay */
    assert_true(desk_ask(&room->desk, question(room, "q3"), 0, &err));
    settle(room);
    pupil_say(a, "4.05", &err);
    settle(room);
    assert_int_equal(desk_tally(&room->desk, 1).right, 1);
}

static void test_nothing_with_a_receipt_is_lost_when_the_instructor_is_killed(void **state)
{
    struct room *room = *state;
    struct err err;
    struct pupil *a = join(room, "Ada"), *b = join(room, "Bo");
    desk_ask(&room->desk, question(room, "q1"), 0, &err);
    settle(room);
    pupil_say(a, "0", &err);
    settle(room);
    assert_int_equal(a->answer, ANSWER_RECORDED);
    /* It dies: what is in memory is gone, what was sent is never read. */
    desk_close(&room->desk);
    room->instructor->close(room->instructor);
    pupil_say(b, "1", &err);
    pupil_serve(b);
    assert_int_equal(b->answer, ANSWER_SENDING);
    open_desk(room, true);
    assert_int_equal(room->desk.session.ep, 2);
    assert_int_equal(room->desk.phase, PHASE_OPEN);
    assert_int_equal(desk_tally(&room->desk, 1).right, 1);
    room->now_ms += 4000; /* it says it again by itself */
    settle(room);
    assert_int_equal(b->answer, ANSWER_RECORDED);
    assert_int_equal(desk_tally(&room->desk, 1).answered, 2);
    assert_int_equal(a->ep, 2);
}

static void test_an_answer_reaches_the_desk_after_the_network_is_back(void **state)
{
    struct room *room = *state;
    struct err err;
    struct pupil *a = join(room, "Ada");
    desk_ask(&room->desk, question(room, "q1"), 0, &err);
    settle(room);
    loopback_cut(a->transport, false);
    settle(room);
    assert_false(a->link);
    assert_int_equal(desk_present(&room->desk), 0);
    pupil_say(a, "0", &err);
    settle(room);
    assert_int_equal(a->answer, ANSWER_SENDING);
    loopback_cut(a->transport, true);
    settle(room);
    assert_int_equal(a->answer, ANSWER_RECORDED);
    assert_int_equal(desk_present(&room->desk), 1);
}

static void test_a_seat_survives_the_death_of_its_learner(void **state)
{
    struct room *room = *state;
    struct err err;
    struct pupil *a = join(room, "Ada");
    pupil_close(a);
    assert_true(pupil_open(a, room->code, "Ada", room->seats[0], (const uint64_t[]){77, 78},
                           &room->clock, connect_pupil, room, &err));
    settle(room);
    assert_int_equal(a->stage, PUPIL_SEATED);
    assert_int_equal(a->seat, 1);
    assert_int_equal(room->desk.seat_count, 1);
}

static void expect_refusal(struct room *room, const char *name, const char *why)
{
    struct pupil *pupil = join(room, name);
    assert_int_equal(pupil->stage, PUPIL_REFUSED);
    if (!strstr(pupil->why, why))
        fail_msg("\"%s\" does not say \"%s\"", pupil->why, why);
}

static void test_a_refusal_says_why(void **state)
{
    struct room *room = *state;
    static const char *const roster[] = {"Ada", "Bo", "Dee", NULL};
    join(room, "Ada");
    expect_refusal(room, "Ada", "taken");
    expect_refusal(room, "", "name is needed");
    room->desk.roster = roster;
    expect_refusal(room, "Cy", "list");
    room->desk.lobby_locked = true;
    expect_refusal(room, "Bo", "locked");
    room->desk.lobby_locked = false;
    room->desk.seat_limit = 1;
    expect_refusal(room, "Dee", "full");
}

static void test_to_remove_and_to_ban_are_two_things(void **state)
{
    struct room *room = *state;
    struct err err;
    struct pupil *a = join(room, "Ada"), *b = join(room, "Bo");
    assert_true(desk_remove(&room->desk, a->seat, false, &err));
    assert_true(desk_remove(&room->desk, b->seat, true, &err));
    assert_false(desk_remove(&room->desk, 9, true, &err));
    settle(room);
    assert_int_equal(a->stage, PUPIL_REMOVED);
    assert_int_equal(join(room, "Ada")->stage, PUPIL_SEATED);
    expect_refusal(room, "Bo", "closed this class to that name");
}

static void test_a_late_learner_sees_the_vote_that_is_open(void **state)
{
    struct room *room = *state;
    struct err err;
    desk_ask(&room->desk, question(room, "q1"), 0, &err);
    struct pupil *late = join(room, "Ada");
    assert_true(pupil_may_answer(late));
    pupil_say(late, "0", &err);
    settle(room);
    assert_int_equal(late->answer, ANSWER_RECORDED);
}

static void test_a_pause_holds_answers_back_and_loses_none(void **state)
{
    struct room *room = *state;
    struct err err;
    struct pupil *a = join(room, "Ada");
    desk_ask(&room->desk, question(room, "q1"), 0, &err);
    settle(room);
    desk_pause(&room->desk, &err);
    pupil_say(a, "0", &err); /* it had not heard of the pause */
    settle(room);
    assert_int_equal(a->answer, ANSWER_SENDING);
    assert_int_equal(desk_tally(&room->desk, 1).answered, 0);
    desk_pause(&room->desk, &err);
    room->now_ms += 4000;
    settle(room);
    assert_int_equal(a->answer, ANSWER_RECORDED);
}

static void test_a_flooder_is_dropped_and_harms_nobody(void **state)
{
    struct room *room = *state;
    struct err err;
    struct pupil *flooder = join(room, "Mallory"), *a = join(room, "Ada");
    desk_ask(&room->desk, question(room, "q1"), 0, &err);
    settle(room);
    char text[120];
    for (int i = 0; i < 1000; i++) {
        snprintf(text, sizeof text, "{\"ep\":1,\"q\":1,\"rd\":1,\"n\":%d,\"a\":\"1\"}", i + 1);
        shout(room, "a/1", text);
    }
    pupil_say(a, "0", &err);
    settle(room);
    assert_int_equal(a->answer, ANSWER_RECORDED);
    assert_int_equal(flooder->stage, PUPIL_REMOVED);
}

static void test_hostile_messages_change_nothing(void **state)
{
    struct room *room = *state;
    struct err err;
    struct pupil *a = join(room, "Ada");
    desk_ask(&room->desk, question(room, "q1"), 0, &err);
    settle(room);
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
        shout(room, "a/1", texts[i]);
    }
    static const char good[] = "{\"ep\":1,\"q\":1,\"rd\":1,\"n\":1,\"a\":\"0\"}";
    shout(room, "a/2", good);
    shout(room, "a/0", good);
    shout(room, "a/-1", good);
    shout(room, "a/1x", good);
    shout(room, "join/short", "{\"name\":\"x\"}");
    shout(room, "nonsense/1", good);
    assert_int_equal(desk_tally(&room->desk, 1).answered, 0);
    assert_int_equal(room->desk.seat_count, 1);
    settle(room);
    assert_int_equal(a->stage, PUPIL_SEATED);
}

static void test_hostile_names_become_one_clean_line(void **state)
{
    struct room *room = *state;
    join(room, "a\033[2Jb\nc\u202ed and much more than forty columns of a name that has no end");
    const char *name = room->desk.seats[0].row.name;
    assert_null(strpbrk(name, "\033\n"));
    assert_null(strstr(name, "\u202e"));
    assert_true(utf8_columns(name, strlen(name)) <= 40);
}

static void test_an_old_state_is_not_applied(void **state)
{
    struct room *room = *state;
    struct pupil *a = join(room, "Ada");
    int64_t rev = a->rev;
    static const char *const none[] = {NULL};
    struct transport *end = loopback_end(room->loopback, none, NULL, NULL);
    char topic[TRANSPORT_MOST_TOPIC];
    class_topic(room->desk.session.sid, "state", topic);
    static const char old[] = "{\"v\":1,\"ep\":1,\"rev\":1,\"ph\":\"end\"}";
    end->send(end, topic, old, sizeof old - 1, false);
    settle(room);
    assert_int_equal(a->stage, PUPIL_SEATED);
    assert_true(a->rev >= rev);
}

static void test_of_two_instructors_the_older_falls_silent(void **state)
{
    struct room *room = *state;
    struct err err;
    struct class_session session;
    struct pupil *a = join(room, "Ada");
    assert_true(class_resume(room->store, NULL, &room->arena, &session, &err));
    desk_show(&room->desk, 1, 1, "dropout 3.2 2");
    assert_true(room->desk.superseded);
    assert_non_null(strstr(room->desk.problem, "opened again"));
    settle(room);
    assert_string_equal(a->place, "");
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
    join(room, "Ada");
    assert_int_equal(join(room, "Ada")->stage, PUPIL_SEATED); /* no name, no clash */
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

int main(void)
{
    utf8_start();
#define IN_A_ROOM(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        IN_A_ROOM(test_a_vote_goes_through_the_whole_cycle),
        IN_A_ROOM(test_the_last_answer_counts_until_the_vote_is_closed),
        IN_A_ROOM(test_numbers_are_answered_and_marked_too),
        IN_A_ROOM(test_nothing_with_a_receipt_is_lost_when_the_instructor_is_killed),
        IN_A_ROOM(test_an_answer_reaches_the_desk_after_the_network_is_back),
        IN_A_ROOM(test_a_seat_survives_the_death_of_its_learner),
        IN_A_ROOM(test_a_refusal_says_why),
        IN_A_ROOM(test_to_remove_and_to_ban_are_two_things),
        IN_A_ROOM(test_a_late_learner_sees_the_vote_that_is_open),
        IN_A_ROOM(test_a_pause_holds_answers_back_and_loses_none),
        IN_A_ROOM(test_a_flooder_is_dropped_and_harms_nobody),
        IN_A_ROOM(test_hostile_messages_change_nothing),
        IN_A_ROOM(test_hostile_names_become_one_clean_line),
        IN_A_ROOM(test_an_old_state_is_not_applied),
        IN_A_ROOM(test_of_two_instructors_the_older_falls_silent),
        IN_A_ROOM(test_anonymous_names_are_never_written),
        cmocka_unit_test(test_advice_turns_at_thirty_and_seventy),
        cmocka_unit_test(test_codes_are_read_as_people_type_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
