/* Where someone stands, from the log alone. Each query stays within one chapter and above its last
 * reset, and is answered by the index event_progress (but for the few scores): 100,000 events take
 * tens of milliseconds. */
#include "store/event.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* What every query here is about. */
struct scope {
    struct store *store;
    const char *course;
    struct str chapter; /* as in the log: it need not be clean, nor end with a NUL */
    int64_t after;      /* seq of its last reset: only later events count */
    struct arena *arena;
    struct err *err;
    struct undone *undone; /* NULL: not read yet */
};

/* The ids of all that was undone, sorted. */
struct undone {
    struct id {
        char text[32];
    } * ids;
    size_t count, capacity;
};

/* A statement about ?1 course, ?2 chapter, ?3 after. NULL: the reason is in err. */
static sqlite3_stmt *ask(const struct scope *q, const char *sql)
{
    sqlite3_stmt *statement = db_prepare(q->store, sql, q->err);
    if (!statement)
        return NULL;
    sqlite3_bind_text(statement, 1, q->course, -1, SQLITE_STATIC);
    if (sqlite3_bind_parameter_count(statement) > 1)
        sqlite3_bind_text(statement, 2, q->chapter.text, (int)q->chapter.length, SQLITE_STATIC);
    if (sqlite3_bind_parameter_count(statement) > 2)
        sqlite3_bind_int64(statement, 3, q->after);
    return statement;
}

static struct str column_text(sqlite3_stmt *row, int at)
{
    const char *text = (const char *)sqlite3_column_text(row, at);
    return (struct str){text ? text : "", text ? (size_t)sqlite3_column_bytes(row, at) : 0};
}

/* A clean copy in the arena. */
static const char *keep_line(const struct scope *q, struct str raw)
{
    const char *clean = event_clean_line(q->arena, raw.text, raw.length);
    return clean == raw.text ? arena_strndup(q->arena, raw.text, raw.length) : clean;
}

static bool find_last_reset(struct scope *q)
{
    bool row = false;
    sqlite3_stmt *s = ask(q, "SELECT max(seq) FROM event WHERE course = ?1 AND type = 'reset'"
                             " AND chapter IN (?2, 'all')");
    bool good = s && db_next(q->store, s, &row, q->err);
    q->after = row ? sqlite3_column_int64(s, 0) : 0;
    sqlite3_finalize(s);
    return good;
}

/* The event whose number is `seq` into `sum`: the last step seen, or the time of what came last. */
static bool take_event(const struct scope *q, int64_t seq, bool step, struct chapter_progress *sum)
{
    bool row = false;
    sqlite3_stmt *s = db_prepare(
        q->store, "SELECT at, section, step_hash, step FROM event WHERE seq = ?1", q->err);
    bool good =
        s && sqlite3_bind_int64(s, 1, seq) == SQLITE_OK && db_next(q->store, s, &row, q->err);
    if (good && row && step) {
        int64_t number = sqlite3_column_int64(s, 3);
        sum->resume_section = keep_line(q, column_text(s, 1));
        sum->resume_hash = (uint64_t)sqlite3_column_int64(s, 2);
        sum->resume_step = number < 0 || number > INT_MAX ? 0 : (int)number;
    } else if (good && row) {
        sum->last_at = sqlite3_column_int64(s, 0);
    }
    sqlite3_finalize(s);
    return good;
}

/* Counts different steps and finds the last of them. */
static bool sum_steps(const struct scope *q, struct chapter_progress *sum, int64_t *last)
{
    bool good, row;
    sqlite3_stmt *s = ask(q, "SELECT max(seq) FROM event"
                             " WHERE course = ?1 AND chapter = ?2 AND type = 'step' AND seq > ?3"
                             " GROUP BY section, step_hash");
    if (!s)
        return false;
    while ((good = db_next(q->store, s, &row, q->err)) && row) {
        int64_t seq = sqlite3_column_int64(s, 0);
        *last = seq > *last ? seq : *last;
        sum->steps_seen++;
    }
    sqlite3_finalize(s);
    if (!good || !sum->steps_seen)
        return good;
    return take_event(q, *last, true, sum);
}

/* By points, not by share: a few lucky questions do not beat a whole quiz. */
static bool find_best(const struct scope *q, struct chapter_progress *sum)
{
    bool row = false;
    sqlite3_stmt *s = ask(q, "SELECT score, max FROM event WHERE course = ?1 AND chapter = ?2"
                             " AND type = 'score' AND seq > ?3 AND max > 0 AND max < 1e9"
                             " AND abs(score) <= 1.001 * max" /* as score_is_possible */
                             " ORDER BY score DESC, max, seq DESC LIMIT 1");
    bool good = s && db_next(q->store, s, &row, q->err);
    if (good && row) {
        sum->best_score = sqlite3_column_double(s, 0);
        sum->best_max = sqlite3_column_double(s, 1);
    }
    sqlite3_finalize(s);
    return good;
}

static int by_id(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct id));
}

/* undone(list, id) in SQL: 1 or 0. */
static void is_undone(sqlite3_context *context, int count, sqlite3_value **values)
{
    const struct undone *undone = sqlite3_value_pointer(values[0], "undone");
    const void *id = sqlite3_value_text(values[count - 1]);
    bool found = undone && undone->count && id &&
                 sqlite3_value_bytes(values[count - 1]) == sizeof(struct id) &&
                 bsearch(id, undone->ids, undone->count, sizeof *undone->ids, by_id);
    sqlite3_result_int(context, found);
}

bool derive_prepare(const struct store *store, struct err *err)
{
    return sqlite3_create_function(store->db, "undone", 2, SQLITE_UTF8, NULL, is_undone, NULL,
                                   NULL) == SQLITE_OK ||
           db_fail(store, err);
}

/* Once for all chapters: to find it takes as long as to read the index. What is no id undoes nothing,
 * however much of it there is. */
static bool read_undone(struct scope *q)
{
    bool good, row;
    if (q->undone)
        return true;
    sqlite3_stmt *s = ask(q, "SELECT target FROM event WHERE course = ?1 AND type = 'undo'");
    if (!s)
        return false;
    struct undone *undone = ARENA_ARRAY(q->arena, 1, struct undone);
    while ((good = db_next(q->store, s, &row, q->err)) && row) {
        struct str target = column_text(s, 0);
        struct id id;
        if (target.length != sizeof id)
            continue;
        memcpy(&id, target.text, sizeof id);
        ARENA_PUSH(q->arena, undone->ids, undone->count, undone->capacity, id);
    }
    sqlite3_finalize(s);
    if (undone->count)
        qsort(undone->ids, undone->count, sizeof *undone->ids, by_id);
    q->undone = good ? undone : NULL;
    return good;
}

#define NOT_UNDONE " AND NOT undone(?5, id)"

/* ?4 is a quiz or an attempt, ?5 what was undone, where the statement asks for it. */
static sqlite3_stmt *ask_about(const struct scope *q, const char *sql, const char *what)
{
    sqlite3_stmt *s = ask(q, sql);
    if (s)
        sqlite3_bind_text(s, 4, what, -1, SQLITE_STATIC);
    if (s && sqlite3_bind_parameter_count(s) > 4)
        sqlite3_bind_pointer(s, 5, q->undone, "undone", NULL);
    return s;
}

static bool has_score(const struct scope *q, const char *attempt, bool *has)
{
    sqlite3_stmt *s = ask_about(q,
                                "SELECT 1 FROM event WHERE course = ?1 AND chapter = ?2"
                                " AND type = 'score' AND seq > ?3 AND attempt = ?4",
                                attempt);
    bool good = s && db_next(q->store, s, has, q->err);
    sqlite3_finalize(s);
    return good;
}

/* What a question was given at its only try, where that was missed. */
static const char *keep_missed(const struct scope *q, sqlite3_stmt *row)
{
    struct buf clean = {0};
    struct str given = column_text(row, 3);
    bool missed = sqlite3_column_int(row, 4) && event_clean_json(given.text, given.length, &clean);
    const char *kept = missed ? arena_strdup(q->arena, buf_text(&clean)) : NULL;
    buf_free(&clean);
    return kept;
}

static bool list_answered(const struct scope *q, struct sitting *sitting)
{
    bool good, row;
    size_t key_capacity = 0, capacity = 0, count = 0;
    /* Without a max() beside its min() a column is that of a question's first try. */
    sqlite3_stmt *s =
        ask_about(q,
                  "SELECT question, question_hash, sum(state <> 'gaveup'), given,"
                  " count(*) = 1 AND state IN ('wrong', 'partial'), min(seq) AS first FROM event"
                  " WHERE course = ?1 AND chapter = ?2 AND type = 'answer' AND seq > ?3"
                  " AND attempt = ?4" NOT_UNDONE " GROUP BY question ORDER BY first",
                  sitting->attempt);
    if (!s)
        return false;
    while ((good = db_next(q->store, s, &row, q->err)) && row) {
        ARENA_PUSH(q->arena, sitting->keys, sitting->answered, key_capacity,
                   keep_line(q, column_text(s, 0)));
        ARENA_PUSH(q->arena, sitting->hashes, count, capacity,
                   (uint64_t)sqlite3_column_int64(s, 1));
        sitting->given = sitting->given || sqlite3_column_int(s, 2);
        sitting->missed = keep_missed(q, s);
    }
    sqlite3_finalize(s);
    return good;
}

/* The latest sitting of `quiz` (NULL: of any) unless it has its score; `seq` of its last answer. */
static bool find_sitting(struct scope *q, const char *quiz, struct sitting *sitting, int64_t *seq)
{
    bool row = false, scored = false;
    struct sitting found = {0};
    if (!read_undone(q))
        return false;
    /* The index tells which answers; of them the rows are read from the last on, until one fits. */
    sqlite3_stmt *s = ask_about(
        q,
        "SELECT quiz, attempt, seq FROM event WHERE seq IN (SELECT seq FROM event"
        " WHERE course = ?1 AND chapter = ?2 AND type = 'answer' AND seq > ?3) AND attempt <> ''"
        " AND quiz = ifnull(?4, quiz)"
        " AND attempt NOT LIKE '" ATTEMPT_REVIEW "%'"
        " AND attempt NOT LIKE '" ATTEMPT_ONCE "%'"
        " AND attempt NOT LIKE '" ATTEMPT_PRACTICE "%'" NOT_UNDONE " ORDER BY seq DESC LIMIT 1",
        quiz);
    bool good = s && db_next(q->store, s, &row, q->err);
    if (good && row) {
        found.quiz = keep_line(q, column_text(s, 0));
        found.attempt = keep_line(q, column_text(s, 1));
        *seq = sqlite3_column_int64(s, 2);
    }
    sqlite3_finalize(s);
    if (!good || !row)
        return good;
    if (!has_score(q, found.attempt, &scored) || (!scored && !list_answered(q, &found)))
        return false;
    if (!scored)
        *sitting = found;
    return true;
}

/* Which quizzes of no chapter have a score. */
static bool sum_tests(const struct scope *q, struct progress *progress)
{
    bool good, row;
    size_t capacity = 0;
    sqlite3_stmt *s = ask(q, "SELECT DISTINCT quiz FROM event WHERE course = ?1 AND chapter = ?2"
                             " AND type = 'score' AND seq > ?3");
    if (!s)
        return false;
    while ((good = db_next(q->store, s, &row, q->err)) && row)
        ARENA_PUSH(q->arena, progress->tests, progress->test_count, capacity,
                   keep_line(q, column_text(s, 0)));
    sqlite3_finalize(s);
    return good;
}

/* The events that say where one was last. */
struct resume {
    int64_t step, quiz;
};

/* One chapter, whose latest event is `latest`. */
static bool sum_chapter(struct scope *q, struct progress *progress, int64_t latest,
                        size_t *capacity, struct resume *resume)
{
    struct chapter_progress sum = {0};
    int64_t last_step = 0, last_answer = 0;
    if (!find_last_reset(q))
        return false;
    if (latest <= q->after)
        return true; /* nothing since */
    if (!sum_steps(q, &sum, &last_step) || !find_best(q, &sum) ||
        !take_event(q, latest, false, &sum) || !find_sitting(q, NULL, &sum.sitting, &last_answer) ||
        (!q->chapter.length && !sum_tests(q, progress)))
        return false;
    sum.chapter = keep_line(q, q->chapter);
    sum.sat_last = sum.sitting.quiz && last_answer > last_step;
    if (last_step > resume->step) {
        resume->step = last_step;
        progress->resume_chapter = sum.chapter;
    }
    if (sum.sat_last && last_answer > resume->quiz) {
        resume->quiz = last_answer;
        progress->resume_quiz = sum.sitting.quiz;
    }
    ARENA_PUSH(q->arena, progress->chapters, progress->count, *capacity, sum);
    return true;
}

bool store_progress(struct store *store, const char *course, struct arena *arena,
                    struct progress *progress, struct err *err)
{
    struct scope q = {.store = store, .course = course, .arena = arena, .err = err};
    size_t capacity = 0;
    struct resume resume = {0};
    bool good, row;
    *progress = (struct progress){0};
    /* As long as this statement runs nobody can commit: all that is read is of one moment. */
    sqlite3_stmt *s = ask(&q, "SELECT chapter, max(seq) FROM event WHERE course = ?1"
                              " AND type <> 'reset' GROUP BY chapter");
    if (!s)
        return false;
    while ((good = db_next(store, s, &row, err)) && row) {
        q.chapter = column_text(s, 0);
        good = sum_chapter(&q, progress, sqlite3_column_int64(s, 1), &capacity, &resume);
        if (!good)
            break;
    }
    sqlite3_finalize(s);
    if (resume.quiz < resume.step)
        progress->resume_quiz = NULL;
    return good;
}

const struct chapter_progress *progress_of(const struct progress *progress, const char *chapter)
{
    for (size_t i = 0; chapter && i < progress->count; i++)
        if (strcmp(progress->chapters[i].chapter, chapter) == 0)
            return &progress->chapters[i];
    return NULL;
}

bool store_sitting(struct store *store, const char *course, const char *chapter, const char *quiz,
                   struct arena *arena, struct sitting *sitting, struct err *err)
{
    struct scope q = {store, course, str_of(chapter), 0, arena, err, NULL};
    int64_t last;
    *sitting = (struct sitting){0};
    return find_last_reset(&q) && find_sitting(&q, quiz, sitting, &last);
}

bool store_steps_seen(struct store *store, const char *course, const char *chapter,
                      struct arena *arena, uint64_t **hashes, size_t *count, struct err *err)
{
    struct scope q = {store, course, str_of(chapter), 0, arena, err, NULL};
    size_t capacity = 0;
    bool good, row;
    *hashes = NULL;
    *count = 0;
    if (!find_last_reset(&q))
        return false;
    sqlite3_stmt *s = ask(&q, "SELECT DISTINCT step_hash FROM event WHERE course = ?1"
                              " AND chapter = ?2 AND type = 'step' AND seq > ?3"
                              " ORDER BY step_hash");
    if (!s)
        return false;
    while ((good = db_next(store, s, &row, err)) && row)
        ARENA_PUSH(arena, *hashes, *count, capacity, (uint64_t)sqlite3_column_int64(s, 0));
    sqlite3_finalize(s);
    return good;
}
