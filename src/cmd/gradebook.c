#include "cmd/gradebook.h"

#include "base/json.h"
#include "grade/counts.h"
#include "live/desk.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* ---- which session ------------------------------------------------------------------------------------ */

struct search {
    const char *name;
    char code[CLASS_CODE], sid[CLASS_ID]; /* a code, and the session it was ever one of */
    struct gradebook *book;
    size_t found;
    struct buf list; /* of all, for who named none of them */
};

static bool is_named(const struct search *search, const struct class_session *session)
{
    return strcmp(search->name, "last") == 0 || strcmp(search->code, session->code) == 0 ||
           strcmp(search->sid, session->sid) == 0 ||
           (*search->name && text_starts(session->sid, search->name));
}

static bool look_at(void *user, const struct class_summary *summary)
{
    struct search *search = user;
    const struct class_session *session = &summary->session;
    char began[CLOCK_TEXT];
    clock_format_utc(session->began, began);
    buf_addf(&search->list, "  %s  %.16sZ  %-12s  seats %lld, answers %lld%s%s\n", session->sid,
             began, session->chapter, (long long)summary->seats, (long long)summary->answers,
             session->anonymous ? ", anonymous" : "", summary->ended ? "" : ", not ended");
    if (!is_named(search, session))
        return true;
    /* The last class is the last one that answered, not one that never came about. */
    bool last = strcmp(search->name, "last") == 0;
    if (!search->found || (last && summary->answers)) {
        struct gradebook *book = search->book;
        book->session = *session;
        book->session.course = arena_strdup(&book->arena, session->course);
        book->session.chapter = arena_strdup(&book->arena, session->chapter);
    }
    search->found = last ? 1 : search->found + 1;
    return !last || !summary->answers;
}

static bool find(struct gradebook *book, struct class_store *store, const char *name,
                 struct err *err)
{
    struct search search = {.name = name, .book = book};
    if (class_read_code(name, search.code))
        class_sid(search.code, search.sid); /* also where the class has another code by now */
    else
        search.code[0] = '\0';
    bool good = class_sessions(store, look_at, &search, err);
    if (good && search.found != 1) {
        good = err_set(err, "%s \"%.40s\"",
                       search.found ? "more than one session begins with" : "there is no session",
                       name);
        call_fail(EXIT_CANNOT, "%s%s", err->text,
                  search.list.length ? "; these are kept here:" : "; none is kept here");
        fputs(buf_text(&search.list), stderr);
        err->text[0] = '\0'; /* said already */
    }
    buf_free(&search.list);
    return good;
}

/* ---- its rows ----------------------------------------------------------------------------------------- */

static bool add_round(void *user, const struct class_round *row)
{
    struct gradebook *book = user;
    struct class_round round = *row;
    round.question = arena_strdup(&book->arena, row->question);
    ARENA_PUSH(&book->arena, book->rounds, book->round_count, book->round_capacity, round);
    return true;
}

static bool add_seat(void *user, const struct class_seat *seat)
{
    struct gradebook *book = user;
    ARENA_PUSH(&book->arena, book->seats, book->seat_count, book->seat_capacity, *seat);
    return true;
}

static bool add_answer(void *user, const struct class_answer *row)
{
    struct gradebook *book = user;
    struct class_answer answer = *row;
    answer.a = arena_strdup(&book->arena, row->a);
    answer.given = arena_strdup(&book->arena, row->given);
    answer.state = arena_strdup(&book->arena, row->state);
    ARENA_PUSH(&book->arena, book->answers, book->answer_count, book->answer_capacity, answer);
    return true;
}

static bool read_rows(struct gradebook *book, struct class_store *store, struct err *err)
{
    const char *sid = book->session.sid;
    return class_rounds(store, sid, add_round, book, err) &&
           class_seats(store, sid, add_seat, book, err) &&
           class_answers(store, sid, 0, add_answer, book, err);
}

static void find_quiz(struct gradebook *book, const struct cmd_call *call)
{
    struct course course;
    struct buf folder = {0};
    struct err err;
    size_t chapter;
    if (course_locate(call_option(call, "course"), &folder, &err) &&
        course_open(&course, buf_text(&folder), &err)) {
        if (course_find_chapter(&course, book->session.chapter, &chapter, &err) &&
            course.chapters[chapter].quiz_path)
            book->quiz_path = arena_strdup(&book->arena, course.chapters[chapter].quiz_path);
        course_close(&course);
    }
    buf_free(&folder);
}

bool gradebook_open(struct gradebook *book, const struct cmd_call *call, enum exit_code *code)
{
    struct buf path = {0};
    struct err err = {""};
    struct clock clock = clock_system();
    struct class_store *store = NULL;
    *book = (struct gradebook){.fd = -1};
    arena_init(&book->arena);
    *code = EXIT_CANNOT;
    bool good = call_class_path(call, &path, &err) &&
                (access(buf_text(&path), F_OK) == 0 ||
                 err_set(&err, "%s: there is no session yet", buf_text(&path))) &&
                (store = class_open(buf_text(&path), &clock, &err)) != NULL &&
                find(book, store, call_option(call, "session"), &err) &&
                read_rows(book, store, &err);
    class_close(store);
    buf_free(&path);
    if (!good && *err.text)
        call_fail(*code, "%s", err.text);
    snprintf(book->called, sizeof book->called, "session %s", book->session.sid);
    if (good)
        find_quiz(book, call);
    return good;
}

void gradebook_close(struct gradebook *book)
{
    if (book->fd >= 0)
        close(book->fd);
    arena_free(&book->arena);
}

/* ---- what was asked ----------------------------------------------------------------------------------- */

static const struct class_round *round_of(const struct gradebook *book, int64_t q, int64_t rd)
{
    for (size_t i = 0; i < book->round_count; i++)
        if (book->rounds[i].q == q && (!rd || book->rounds[i].rd == rd))
            return &book->rounds[i];
    return NULL;
}

/* Where the question of an asking stands in the quiz of the session; SIZE_MAX. */
static size_t question_of(const struct gradebook *book, int64_t q)
{
    const struct class_round *round = round_of(book, q, 0);
    const struct question *question = round ? quiz_find(&book->quiz, round->question) : NULL;
    return question ? (size_t)(question - book->quiz.questions) : SIZE_MAX;
}

bool gradebook_restrict(struct gradebook *book, const struct quiz *quizzes, size_t count,
                        struct buf *out)
{
    bool whole = true;
    struct quiz *quiz = &book->quiz;
    *quiz = (struct quiz){.id = count ? quizzes[0].id : "", .file = count ? quizzes[0].file : ""};
    quiz->questions = ARENA_ARRAY(&book->arena, book->round_count + 1, struct question);
    for (size_t i = 0; i < book->round_count; i++) {
        const struct class_round *round = &book->rounds[i];
        const struct question *question = NULL;
        if (round->rd > 1 || quiz_find(quiz, round->question))
            continue;
        for (size_t k = 0; k < count && !question; k++)
            question = quiz_find(&quizzes[k], round->question);
        if (!question) {
            buf_addf(out,
                     "nntutor: %s: error: question %s is not in the quiz any more; its answers "
                     "are left out\n",
                     book->called, round->question);
            whole = false;
            continue;
        }
        if (question->hash != round->hash)
            buf_addf(out,
                     "nntutor: %s: warning: question %s was changed after it was asked; its "
                     "answers are marked as it is now\n",
                     book->called, round->question);
        quiz->questions[quiz->count++] = *question;
    }
    return whole;
}

/* ---- which answers count ------------------------------------------------------------------------------ */

/* An answer in its place: whose, to what, and the next of the same learner. */
struct said_to {
    size_t question, next;
};

/* Who was removed and sat down again, from the same account under the same name, is one learner; without
 * names each seat is. */
static size_t learner_of(const struct gradebook *book, size_t seat)
{
    const struct class_seat *seats = book->seats;
    for (size_t i = 0; i < seat && !book->session.anonymous; i++)
        if (strcmp(seats[i].name, seats[seat].name) == 0 &&
            strcmp(seats[i].cid, seats[seat].cid) == 0)
            return i;
    return seat;
}

/* What a learner is called among those that have a row already: a name from another account is another
 * learner's, and somebody has to say whose. */
static const char *called(struct gradebook *book, size_t seat, const bool *has_row)
{
    const char *name = book->seats[seat].name;
    for (size_t i = 0; i < seat && !book->session.anonymous; i++)
        if (has_row[i] && strcmp(book->seats[i].name, name) == 0) {
            call_fail(EXIT_GOOD,
                      "%s: warning: two learners were called %s; the one of seat %lld is "
                      "\"%s (seat %lld)\"",
                      book->called, name, (long long)book->seats[seat].seat, name,
                      (long long)book->seats[seat].seat);
            return arena_printf(&book->arena, "%s (seat %lld)", name,
                                (long long)book->seats[seat].seat);
        }
    return name;
}

/* Of what the learner whose answers begin at `first` said to a question, in the order in which it was
 * said: the `nth`, or the one that counts. NULL: there is none. */
static const struct class_answer *choose(const struct gradebook *book, const struct said_to *places,
                                         size_t first, size_t question, enum attempts which,
                                         size_t nth)
{
    const struct class_answer *chosen = NULL;
    size_t seen = 0;
    for (size_t i = first; i != SIZE_MAX; i = places[i].next) {
        const struct class_answer *answer = &book->answers[i];
        if (places[i].question != question)
            continue;
        bool takes = which == ATTEMPTS_ALL     ? seen == nth
                     : which == ATTEMPTS_FIRST ? !chosen
                     : which == ATTEMPTS_BEST  ? !chosen || answer->fraction >= chosen->fraction
                                               : true;
        if (takes)
            chosen = answer;
        seen++;
    }
    return chosen;
}

/* A record: what one learner said, the `nth` time. False: nothing. */
static bool add_record(const struct gradebook *book, const struct said_to *places, size_t first,
                       const char *name, enum attempts which, size_t nth, struct buf *out)
{
    bool any = false;
    buf_add(out, "{\"learner\":");
    json_add_string(out, name);
    if (which == ATTEMPTS_ALL)
        buf_addf(out, ",\"attempt\":%zu", nth + 1);
    buf_add(out, ",\"answers\":{");
    for (size_t q = 0; q < book->quiz.count; q++) {
        const struct class_answer *answer = choose(book, places, first, q, which, nth);
        if (!answer)
            continue;
        buf_add(out, any ? "," : "");
        json_add_string(out, book->quiz.questions[q].key);
        buf_addf(out, ":%s", answer->given);
        any = true;
    }
    buf_add(out, "}}\n");
    return any;
}

/* Chains the answers of each learner: `first` by seat, in the order in which they were given. */
static struct said_to *place_answers(struct gradebook *book, size_t *first)
{
    struct said_to *places = ARENA_ARRAY(&book->arena, book->answer_count + 1, struct said_to);
    for (size_t i = 0; i < book->seat_count; i++)
        first[i] = SIZE_MAX;
    for (size_t i = book->answer_count; i-- > 0;) {
        size_t seat = (size_t)book->answers[i].seat - 1; /* they count from 1, without holes */
        if (seat >= book->seat_count)
            continue;
        size_t learner = learner_of(book, seat);
        places[i] = (struct said_to){question_of(book, book->answers[i].q), first[learner]};
        first[learner] = i;
    }
    return places;
}

static void add_all(struct gradebook *book, enum attempts which, struct buf *out)
{
    struct buf record = {0};
    size_t *first = ARENA_ARRAY(&book->arena, book->seat_count + 1, size_t);
    const struct said_to *places = place_answers(book, first);
    bool *has_row = ARENA_ARRAY(&book->arena, book->seat_count + 1, bool);
    for (size_t seat = 0; seat < book->seat_count; seat++) {
        bool more = learner_of(book, seat) == seat;
        bool rows = more && (first[seat] != SIZE_MAX || book->seats[seat].state == SEAT_IN);
        const char *name = rows ? called(book, seat, has_row) : "";
        size_t before = out->length;
        for (size_t nth = 0; more; nth++) {
            buf_clear(&record);
            more = add_record(book, places, first[seat], name, which, nth, &record);
            /* Who sat there to the end and said nothing has a row too. */
            if (more || (nth == 0 && book->seats[seat].state == SEAT_IN))
                buf_add_n(out, record.data, record.length);
            has_row[seat] = out->length > before;
            more = more && which == ATTEMPTS_ALL;
        }
    }
    buf_free(&record);
}

static bool write_all(int fd, const struct buf *text)
{
    for (size_t done = 0; done < text->length;) {
        ssize_t n = write(fd, text->data + done, text->length - done);
        if (n < 0 && errno != EINTR)
            return false;
        done += n > 0 ? (size_t)n : 0;
    }
    return true;
}

bool gradebook_write(struct gradebook *book, enum attempts which, struct err *err)
{
    struct buf text = {0};
    add_all(book, which, &text);
    book->fd = memfd_create("answers", MFD_CLOEXEC);
    snprintf(book->path, sizeof book->path, "/proc/self/fd/%d", book->fd);
    bool good = (book->fd >= 0 && write_all(book->fd, &text)) ||
                err_set(err, "no memory for the answers of the session: %s", strerror(errno));
    buf_free(&text);
    return good;
}

/* ---- counts ------------------------------------------------------------------------------------------- */

static void count(const struct gradebook *book, struct vote_counts *counts)
{
    for (size_t i = 0; i < book->answer_count; i++) {
        const struct class_answer *answer = &book->answers[i];
        struct str rest = str_of(answer->a), word;
        int64_t option;
        if (answer->q != counts->asking || answer->rd != counts->vote)
            continue;
        counts->answered++;
        counts->right += strcmp(answer->state, "right") == 0;
        counts->partial += strcmp(answer->state, "partial") == 0;
        counts->wrong += strcmp(answer->state, "wrong") == 0;
        while (counts->question && (word = str_word(&rest)).length)
            if (str_integer(word, &option) && option >= 0 &&
                (size_t)option < counts->question->choice_count)
                counts->options[option]++;
    }
}

void gradebook_counts(const struct gradebook *book, struct buf *out)
{
    struct arena arena;
    counts_head(out);
    for (size_t i = 0; i < book->round_count; i++) {
        const struct class_round *round = &book->rounds[i];
        struct vote_counts counts = {.key = round->question,
                                     .question = quiz_find(&book->quiz, round->question),
                                     .asking = round->q,
                                     .vote = round->rd};
        arena_init(&arena);
        counts.options =
            ARENA_ARRAY(&arena, counts.question ? counts.question->choice_count + 1 : 1, size_t);
        count(book, &counts);
        counts_add(&counts, out);
        arena_free(&arena);
    }
}
