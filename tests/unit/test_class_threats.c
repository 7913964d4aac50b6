/* What a hostile member, or somebody with the join code, may try on the desk: each has its answer. */
#include "support/test.h"

#include "base/file.h"
#include "base/rng.h"
#include "base/utf8.h"
#include "live/desk_parts.h"
#include "live/host.h"
#include "support/room.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void open_vote(struct room *room, const char *key)
{
    struct err err;
    assert_true(desk_ask(&room->desk, room_question(room, key), 0, &err));
    room_settle(room);
}

/* Everything that is said in the class, by anybody. */
struct spy {
    struct transport *end;
    struct buf heard;
};

static void hear(void *user, const char *topic, const char *text, size_t size)
{
    struct spy *spy = user;
    buf_addf(&spy->heard, "%s ", topic);
    buf_add_n(&spy->heard, text, size);
    buf_add_char(&spy->heard, '\n');
}

static void spy_on(struct spy *spy, struct room *room)
{
    static const char *const all[] = {"#", NULL};
    *spy = (struct spy){.end = loopback_end(room->loopback, all, NULL, NULL)};
}

static const char *spy_listen(struct spy *spy)
{
    spy->end->poll(spy->end, hear, spy);
    return buf_text(&spy->heard);
}

static void spy_close(struct spy *spy)
{
    spy->end->close(spy->end);
    buf_free(&spy->heard);
}

static bool is_clean(const char *text)
{
    for (const unsigned char *c = (const unsigned char *)text; *c; c++)
        if (*c < 32 || *c == 127)
            return false;
    return !strstr(text, "\u202e") && !strstr(text, "\u2066") && !strstr(text, "\u200b");
}

static void test_no_name_is_more_than_a_clean_line(void **state)
{
    struct room *room = *state;
    static const char *const names[] = {
        "\033]0;owned\007Ada",
        "Bo\r\n\r\nBo2",
        "\u202eevil\u2066x",
        "\xff\xfe\x80 raw",
        "\",\"seat\":1,\"x\":\"",
        "e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301 zalgo zalgo "
        "zalgo",
        "a very long name that goes on and on and on and on and on and on and on and on and on",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        room_join(room, names[i]);
    assert_int_equal(room->desk.seat_count, sizeof names / sizeof *names);
    for (size_t i = 0; i < room->desk.seat_count; i++) {
        const char *name = room->desk.seats[i].row.name;
        assert_true(is_clean(name));
        assert_true(*name && utf8_columns(name, strlen(name)) <= DESK_NAME_COLUMNS);
        assert_int_equal(room->desk.seats[i].row.seat, i + 1);
    }
}

static void test_a_name_of_nothing_that_shows_is_none(void **state)
{
    struct room *room = *state;
    assert_int_equal(room_join(room, " \r\n\u202e\u200b ")->stage, PUPIL_REFUSED);
    char cid[80];
    snprintf(cid, sizeof cid, "join/%032d", 7);
    room_shout(room, cid, "{\"name\":\" \\u202e\\n\"}");
    room_shout(room, cid, "{\"name\":7}");
    room_shout(room, cid, "{}");
    assert_int_equal(room->desk.seat_count, 0);
    room_join(room, "Ada");
    assert_int_equal(room_join(room, " Ada ")->stage, PUPIL_REFUSED); /* taken */
}

static void test_what_is_typed_comes_back_without_escapes(void **state)
{
    struct room *room = *state;
    struct spy spy;
    room_join(room, "Ada");
    open_vote(room, "q3");
    spy_on(&spy, room);
    room_shout(room, "a/1",
               "{\"ep\":1,\"q\":1,\"rd\":1,\"n\":1,\"a\":\"4\\u001b[2J\\u202e\\u0007\"}");
    room_settle(room);
    assert_int_equal(desk_tally(&room->desk, 1).answered, 1);
    assert_true(is_clean(room->desk.seats[0].vote[0].a));
    const char *heard = spy_listen(&spy), *receipt = strstr(heard, "/r/1 ");
    assert_non_null(receipt);
    assert_null(strstr(receipt, "\\u001b"));
    assert_null(strchr(receipt, 27));
    spy_close(&spy);
}

static void test_an_answer_that_is_too_long_is_not_read(void **state)
{
    struct room *room = *state;
    struct buf text = {0};
    room_join(room, "Ada");
    open_vote(room, "q3");
    buf_add(&text, "{\"ep\":1,\"q\":1,\"rd\":1,\"n\":1,\"a\":\"4\",\"x\":\"");
    buf_repeat(&text, "x", DESK_ANSWER_BYTES);
    buf_add(&text, "\"}");
    room_shout(room, "a/1", text.data);
    assert_int_equal(desk_tally(&room->desk, 1).answered, 0);
    buf_free(&text);
}

static void test_only_its_own_topics_reach_the_desk(void **state)
{
    struct room *room = *state;
    static const char good[] = "{\"ep\":1,\"q\":1,\"rd\":1,\"n\":1,\"a\":\"0\"}";
    static const char *const none[] = {NULL};
    struct transport *end = loopback_end(room->loopback, none, NULL, NULL);
    room_join(room, "Ada");
    open_vote(room, "q1");
    static const char *const rests[] = {"a/01",   "a/1/",   "a/+", "a/#",  "a/1 ",   "a/ 1",
                                        "a/9999", "a/-1",   "a/",  "A/1",  "r/1",    "state",
                                        "item",   "seat/x", "p/",  "a/1x", "join/1", "a/1.0"};
    for (size_t i = 0; i < sizeof rests / sizeof *rests; i++)
        room_shout(room, rests[i], good);
    end->send(end, "nnt/1/0000000000000000/a/1", good, sizeof good - 1, false);
    end->send(end, "nnt/2/a/1", good, sizeof good - 1, false);
    end->send(end, "a/1", good, sizeof good - 1, false);
    end->close(end);
    desk_serve(&room->desk);
    room_settle(room);
    assert_int_equal(desk_tally(&room->desk, 1).answered, 0);
    assert_int_equal(room->desk.seat_count, 1);
    assert_int_equal(room->desk.phase, PHASE_OPEN);
    assert_false(room->desk.superseded);
}

/* Messages of this class with bytes changed, cut off and put in, wherever they are said. */
static void test_noise_harms_nobody(void **state)
{
    struct room *room = *state;
    static const char *const rests[] = {"a/1", "p/1", "join/0123456789abcdef0123456789abcdef"};
    static const char *const seeds[] = {"{\"ep\":1,\"q\":1,\"rd\":1,\"n\":5,\"a\":\"0\"}",
                                        "{\"on\":1,\"pace\":\"lost\"}",
                                        "{\"name\":\"Eve\"}",
                                        "[[[[[[[[[[[[[[[[[[[[[[[[[[",
                                        "{\"a\":{\"b\":[1,2,{}]}}",
                                        "{\"q\":1e999,\"n\":99999999999999999999999999}"};
    struct pupil *a = room_join(room, "Ada");
    struct rng rng;
    struct err err;
    open_vote(room, "q1");
    rng_init(&rng, 1, 2, 3);
    for (int round = 0; round < 3000; round++) {
        char text[200];
        snprintf(text, sizeof text, "%s", seeds[rng_below(&rng, 6)]);
        uint32_t length = (uint32_t)strlen(text);
        for (uint64_t k = rng_below(&rng, 4); k > 0; k--)
            text[rng_below(&rng, length)] = (char)(1 + rng_below(&rng, 255));
        text[rng_below(&rng, length) + 1] = '\0';
        room->now_ms += 300; /* a patient enemy, whom no bucket stops */
        room_shout(room, rests[rng_below(&rng, 3)], text);
    }
    assert_true(room->desk.seat_count <= 2);
    for (size_t i = 0; i < room->desk.seat_count; i++)
        assert_true(is_clean(room->desk.seats[i].row.name));
    room_settle(room);
    assert_int_equal(a->stage, PUPIL_SEATED);
    pupil_say(a, "1", &err);
    room_settle(room);
    assert_int_equal(a->answer, ANSWER_RECORDED);
    assert_string_equal(a->a, "1");
}

static void test_the_key_is_in_no_message_before_the_reveal(void **state)
{
    struct room *room = *state;
    struct spy spy;
    struct err err;
    spy_on(&spy, room);
    struct pupil *a = room_join(room, "Ada");
    open_vote(room, "q1");
    pupil_say(a, "0", &err);
    room_settle(room);
    desk_lock(&room->desk, &err);
    desk_revote(&room->desk, &err);
    pupil_say(a, "1", &err);
    room_settle(room);
    desk_lock(&room->desk, &err);
    room_settle(room);
    const char *heard = spy_listen(&spy);
    static const char *const secrets[] = {
        "\"key\"", "\"h1\"", "\"h2\"", "\"right\":", "\"moves\"", "#", "feedback"};
    assert_non_null(strstr(heard, "Which?"));
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
        if (strstr(heard, secrets[i]))
            fail_msg("%s is said before the reveal", secrets[i]);
    /* Nor does a receipt tell whether one was right. */
    assert_null(strstr(heard, "fraction"));
    desk_reveal(&room->desk, &err);
    room_settle(room);
    assert_non_null(strstr(spy_listen(&spy), "\"key\""));
    spy_close(&spy);
}

static void test_who_was_removed_is_not_heard(void **state)
{
    struct room *room = *state;
    struct err err;
    room_join(room, "Mallory");
    open_vote(room, "q1");
    assert_true(desk_remove(&room->desk, 1, false, &err));
    room_shout(room, "a/1", "{\"ep\":1,\"q\":1,\"rd\":1,\"n\":1,\"a\":\"0\"}");
    room_shout(room, "p/1", "{\"on\":1,\"pace\":\"lost\"}");
    room_settle(room);
    assert_int_equal(desk_tally(&room->desk, 1).answered, 0);
    assert_int_equal(desk_present(&room->desk), 0);
    assert_int_equal(desk_pace(&room->desk, PACE_LOST), 0);
}

static void test_who_floods_is_counted_and_then_removed(void **state)
{
    struct room *room = *state;
    struct pupil *mallory = room_join(room, "Mallory");
    for (int i = 0; i < 100; i++)
        room_shout(room, "p/1", "{\"on\":1}");
    assert_true(room->desk.seats[0].dropped > 50);
    assert_int_equal(room->desk.seats[0].row.state, SEAT_IN);
    for (int i = 0; i < 300; i++)
        room_shout(room, "p/1", "{\"on\":1}");
    room_settle(room);
    assert_int_equal(room->desk.seats[0].row.state, SEAT_REMOVED);
    assert_int_equal(mallory->stage, PUPIL_REMOVED);
}

/* What it may say as a newcomer is counted with the rest. */
static void test_who_floods_the_lobby_from_a_seat_is_removed(void **state)
{
    struct room *room = *state;
    struct pupil *mallory = room_join(room, "Mallory");
    char rest[80];
    snprintf(rest, sizeof rest, "join/%s", mallory->cid);
    for (int i = 0; i < 150; i++)
        room_shout(room, rest, "{\"on\":0}");
    assert_int_equal(room->desk.seats[0].row.state, SEAT_IN);
    for (int i = 0; i < 150; i++)
        room_shout(room, rest, "{\"name\":\"Mallory\"}");
    room_settle(room);
    assert_int_equal(room->desk.seats[0].row.state, SEAT_REMOVED);
    assert_int_equal(mallory->stage, PUPIL_REMOVED);
}

static bool says_that_it_hears(struct transport *transport, const char *const *filters)
{
    (void)transport;
    (void)filters;
    return true;
}

/* As the lobby it hears of its seat, and nothing else. */
static struct transport *connect_deafly(void *user, const struct pupil *pupil, struct err *err)
{
    struct room *room = user;
    static const char *filters[2];
    if (pupil->seat)
        return room_connect(user, pupil, err);
    filters[0] = arena_printf(&room->arena, "%sseat/%s", room->root, pupil->cid);
    struct transport *end = loopback_end(room->loopback, filters, NULL, NULL);
    end->hear = says_that_it_hears;
    return end;
}

/* Its broker was told nothing of it, or the seat is gone: the connection stays the lobby's. */
static void test_who_sits_down_and_hears_nothing_calls_anew(void **state)
{
    struct room *room = *state;
    struct pupil *ada = &room->pupil[room->pupils++];
    struct err err;
    room->desk.stay = true;
    assert_true(pupil_open(ada, room->code, "Ada", room->seats[0], (const uint64_t[]){1, 99},
                           &room->clock, connect_deafly, room, &err));
    room_settle(room);
    assert_int_equal(ada->stage, PUPIL_SEATED);
    assert_true(ada->borrowed);
    room_wait(room, 40);
    assert_false(ada->borrowed);
    open_vote(room, "q1");
    assert_true(pupil_may_answer(ada));
    assert_int_equal(room->desk.seat_count, 1);
}

/* Its receipt was lost, and the class has gone on: what is on disk is what it is told. */
static void test_a_receipt_of_an_earlier_question_says_what_is_stored(void **state)
{
    struct room *room = *state;
    struct spy spy;
    struct err err;
    room_join(room, "Ada");
    room_join(room, "Bo");
    open_vote(room, "q1");
    room_shout(room, "a/1", "{\"ep\":1,\"q\":1,\"rd\":1,\"n\":7,\"a\":\"2\"}");
    assert_true(desk_lock(&room->desk, &err));
    open_vote(room, "q2");
    spy_on(&spy, room);
    room_shout(room, "a/1", "{\"ep\":1,\"q\":1,\"rd\":1,\"n\":7,\"a\":\"2\"}");
    room_shout(room, "a/1", "{\"ep\":1,\"q\":1,\"rd\":1,\"n\":8,\"a\":\"0\"}");
    room_shout(room, "a/2", "{\"ep\":1,\"q\":1,\"rd\":1,\"n\":7,\"a\":\"0\"}");
    const char *heard = spy_listen(&spy);
    const char *first = strstr(heard, "r/1 {\"q\":1,\"rd\":1,\"n\":7,\"a\":\"2\",\"st\":\"ok\"}");
    assert_non_null(first);
    assert_non_null(strstr(first, "r/1 {\"q\":1,\"rd\":1,\"n\":7,\"a\":\"2\",\"st\":\"late\"}"));
    assert_non_null(strstr(heard, "r/2 {\"q\":1,\"rd\":1,\"n\":0,\"a\":\"\",\"st\":\"late\"}"));
    spy_close(&spy);
}

/* A member whose terminal stutters once an hour is no flooder at the end of the day. */
static void test_what_was_sent_too_much_is_forgiven_with_time(void **state)
{
    struct room *room = *state;
    room_join(room, "Ada");
    for (int hour = 0; hour < 10; hour++) {
        for (int i = 0; i < 70; i++)
            room_shout(room, "p/1", "{\"on\":1}");
        assert_true(room->desk.seats[0].dropped > 40);
        room->now_ms += 3600000;
    }
    assert_int_equal(room->desk.seats[0].row.state, SEAT_IN);
}

static void test_a_full_class_takes_nobody_more(void **state)
{
    struct room *room = *state;
    room->desk.session.seats = 3;
    for (int i = 0; i < 50; i++) {
        char rest[80], text[40];
        snprintf(rest, sizeof rest, "join/%032d", i);
        snprintf(text, sizeof text, "{\"name\":\"bot %d\"}", i);
        room_shout(room, rest, text);
    }
    assert_int_equal(room->desk.seat_count, 3);
}

/* Each number is given once, so that one person with the code can take them all. */
static void test_numbers_that_run_out_are_told_in_time(void **state)
{
    struct room *room = *state;
    for (int64_t seat = 1; seat <= DESK_SEATS; seat++) {
        if (seat == DESK_SEATS / 2)
            assert_false(desk_runs_out(&room->desk));
        assert_true(desk_add_seat(&room->desk, &(struct class_seat){.seat = seat}));
    }
    assert_true(desk_runs_out(&room->desk));
    desk_lock_lobby(&room->desk, true);
    assert_false(desk_runs_out(&room->desk));
    desk_lock_lobby(&room->desk, false);
    for (size_t i = 0; i < room->desk.seat_count; i++) /* a large class is no flood */
        room->desk.seats[i].on = true;
    assert_false(desk_runs_out(&room->desk));
}

/* A class of this machine is one user's, in a folder where nobody else can put a socket. */
static void test_a_class_here_is_one_users(void **state)
{
    (void)state;
    struct entrance entrance;
    struct err err;
    char code[CLASS_CODE], path[100], folder[100];
    class_new_code((const uint64_t[]){(uint64_t)getpid(), 1}, code);
    broker_socket(code, path, sizeof path);
    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(path, '/') - path), path);
    assert_false(entrance_here(&entrance, code, &err));
    assert_int_equal(mkdir(folder, 0711), 0);
    assert_true(file_write(path, "", 0, &err));
    bool good = entrance_here(&entrance, code, &err);
    uid_t holder = entrance.holder;
    chmod(folder, 0733);
    bool shared = entrance_here(&entrance, code, &err);
    unlink(path);
    rmdir(folder);
    assert_true(good);
    assert_int_equal(holder, getuid());
    assert_false(shared);
    assert_non_null(strstr(err.text, "others can write there"));
}

static void shout_join(struct room *room, int id, const char *name)
{
    char rest[80], text[80];
    snprintf(rest, sizeof rest, "join/%032d", id);
    snprintf(text, sizeof text, "{\"name\":\"%s\"}", name);
    room_shout(room, rest, text);
}

static void fill(struct room *room, int from, int to)
{
    char name[20];
    for (int i = from; i < to; i++) {
        snprintf(name, sizeof name, "bot %d", i);
        shout_join(room, i, name);
    }
}

/* Somebody with the code takes all seats: whoever is really there stays, the others go at once. */
static void test_seats_that_nobody_sits_on_are_cleared_at_once(void **state)
{
    struct room *room = *state;
    struct err err;
    size_t count;
    assert_true(desk_limit_seats(&room->desk, 12, &err));
    struct pupil *ada = room_join(room, "Ada"), *bo = room_join(room, "Bo");
    loopback_cut(bo->transport, false); /* away, but was there */
    room_settle(room);
    fill(room, 0, 50);
    assert_int_equal(desk_in(&room->desk), 12);
    struct pupil *cy = room_join(room, "Cy");
    assert_int_equal(cy->stage, PUPIL_REFUSED);
    assert_false(desk_clear(&room->desk, true, &count, &err)); /* nobody can have voted */
    assert_true(desk_clear(&room->desk, false, &count, &err));
    assert_int_equal(count, 10);
    assert_int_equal(desk_in(&room->desk), 2);
    assert_true(desk_clear(&room->desk, false, &count, &err));
    assert_int_equal(count, 0);
    assert_int_equal(room_join(room, "Dee")->stage, PUPIL_SEATED);
    /* They connect too, but do not vote. */
    fill(room, 100, 120);
    for (int seat = 14; seat <= 22; seat++) {
        char rest[20];
        snprintf(rest, sizeof rest, "p/%d", seat);
        room_shout(room, rest, "{\"on\":1}");
    }
    open_vote(room, "q1");
    assert_true(pupil_say(ada, "0", &err));
    room_settle(room);
    assert_true(desk_lock(&room->desk, &err));
    open_vote(room, "q2"); /* what was said to another question counts as well */
    assert_true(desk_clear(&room->desk, false, &count, &err));
    assert_int_equal(count, 0);
    assert_true(desk_clear(&room->desk, true, &count, &err));
    assert_int_equal(count, 11);
    assert_int_equal(room->desk.seats[0].row.state, SEAT_IN);
    assert_int_equal(desk_in(&room->desk), 1);
    /* Who voted in it before it was resumed is not removed after. */
    desk_close(&room->desk);
    room->instructor->close(room->instructor);
    room_open_desk(room, true);
    assert_true(desk_clear(&room->desk, true, &count, &err));
    assert_int_equal(count, 0);
    assert_int_equal(desk_in(&room->desk), 1);
}

static void test_the_number_of_seats_is_kept_and_counts_who_is_in(void **state)
{
    struct room *room = *state;
    struct err err;
    assert_int_equal(room->desk.session.seats, DESK_SEATS);
    assert_false(desk_limit_seats(&room->desk, 0, &err));
    assert_false(desk_limit_seats(&room->desk, DESK_SEATS + 1, &err));
    assert_true(desk_limit_seats(&room->desk, 3, &err));
    fill(room, 0, 3);
    assert_true(desk_remove(&room->desk, 2, false, &err));
    fill(room, 10, 20); /* one comes in her place, with a number of its own */
    assert_int_equal(room->desk.seat_count, 4);
    desk_close(&room->desk);
    room->instructor->close(room->instructor);
    room_open_desk(room, true);
    assert_int_equal(room->desk.session.seats, 3);
    fill(room, 30, 40);
    assert_int_equal(room->desk.seat_count, 4);
}

static void test_one_id_is_one_seat_however_often_it_asks(void **state)
{
    struct room *room = *state;
    for (int i = 0; i < 20; i++) {
        char text[40];
        snprintf(text, sizeof text, "{\"name\":\"name %d\"}", i);
        room_shout(room, "join/0123456789abcdef0123456789abcdef", text);
    }
    assert_int_equal(room->desk.seat_count, 1);
    assert_string_equal(room->desk.seats[0].row.name, "name 0");
}

int main(void)
{
    utf8_start();
#define IN_A_ROOM(test) cmocka_unit_test_setup_teardown(test, room_open, room_close)
    const struct CMUnitTest tests[] = {
        IN_A_ROOM(test_no_name_is_more_than_a_clean_line),
        IN_A_ROOM(test_a_name_of_nothing_that_shows_is_none),
        IN_A_ROOM(test_what_is_typed_comes_back_without_escapes),
        IN_A_ROOM(test_an_answer_that_is_too_long_is_not_read),
        IN_A_ROOM(test_only_its_own_topics_reach_the_desk),
        IN_A_ROOM(test_noise_harms_nobody),
        IN_A_ROOM(test_the_key_is_in_no_message_before_the_reveal),
        IN_A_ROOM(test_who_was_removed_is_not_heard),
        IN_A_ROOM(test_who_floods_is_counted_and_then_removed),
        IN_A_ROOM(test_who_floods_the_lobby_from_a_seat_is_removed),
        IN_A_ROOM(test_a_receipt_of_an_earlier_question_says_what_is_stored),
        IN_A_ROOM(test_who_sits_down_and_hears_nothing_calls_anew),
        IN_A_ROOM(test_what_was_sent_too_much_is_forgiven_with_time),
        IN_A_ROOM(test_a_full_class_takes_nobody_more),
        cmocka_unit_test(test_a_class_here_is_one_users),
        IN_A_ROOM(test_numbers_that_run_out_are_told_in_time),
        IN_A_ROOM(test_seats_that_nobody_sits_on_are_cleared_at_once),
        IN_A_ROOM(test_the_number_of_seats_is_kept_and_counts_who_is_in),
        IN_A_ROOM(test_one_id_is_one_seat_however_often_it_asks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
